public import Torch

/// Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019).
///
/// A parameter whose gradient is absent although it is trained takes a gradient of zero, as where PyTorch computes
/// one that is exactly zero: its weight decay still acts. A frozen parameter isn't among `parameters` at all.
public final class Adam {
  public struct Configuration: Equatable, Sendable {
    public var betas: (Double, Double)
    public var epsilon: Double
    public var weightDecay: Double
    /// AdamW: the decay acts on the weights, apart from the gradient.
    public var decoupled: Bool

    public init(
      betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8, weightDecay: Double = 0, decoupled: Bool
    ) {
      self.betas = betas
      self.epsilon = epsilon
      self.weightDecay = weightDecay
      self.decoupled = decoupled
    }

    public static func == (a: Configuration, b: Configuration) -> Bool {
      a.betas == b.betas && a.epsilon == b.epsilon && a.weightDecay == b.weightDecay && a.decoupled == b.decoupled
    }
  }

  private struct Entry {
    let name: String
    let parameter: Tensor
    let firstMoment: Tensor
    let secondMoment: Tensor
    let step: Tensor
  }

  private let configuration: Configuration
  private var entries: [Entry]
  private var zeros: [[Int]: Tensor] = [:]

  public init(_ parameters: [(name: String, parameter: Parameter)], _ configuration: Configuration) {
    self.configuration = configuration
    entries = parameters.map { name, parameter in
      func moment() -> Tensor { withoutGradients { parameter.value.detached() * 0 } }
      return Entry(
        name: name, parameter: parameter.value, firstMoment: moment(), secondMoment: moment(), step: .zeros([]))
    }
  }

  /// Moves no parameter of these names any more, and forgets their moments.
  public func drop(where isDropped: (String) -> Bool) {
    entries.removeAll { isDropped($0.name) }
  }

  /// - Parameter learningRate: α.
  public func step(learningRate: Double) {
    withoutGradients {
      for entry in entries { entry.step.assign(entry.step + 1) }
      adamStep(
        parameters: entries.map(\.parameter), gradients: entries.map { $0.parameter.grad ?? zeros(like: $0.parameter) },
        firstMoments: entries.map(\.firstMoment), secondMoments: entries.map(\.secondMoment),
        steps: entries.map(\.step), learningRate: learningRate, betas: configuration.betas,
        weightDecay: configuration.weightDecay, epsilon: configuration.epsilon, decoupled: configuration.decoupled)
    }
  }

  public func clearGradients() {
    for entry in entries { entry.parameter.clearGrad() }
  }

  /// What a checkpoint keeps: `exp_avg`, `exp_avg_sq` and `step` of each parameter, in PyTorch's words.
  public var state: [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: entries.flatMap { entry in
        [
          ("\(entry.name).exp_avg", entry.firstMoment), ("\(entry.name).exp_avg_sq", entry.secondMoment),
          ("\(entry.name).step", entry.step),
        ]
      })
  }

  private func zeros(like tensor: Tensor) -> Tensor {
    let shape = tensor.shape
    if let zeros = zeros[shape] { return zeros }
    let new = withoutGradients { tensor.detached() * 0 }
    zeros[shape] = new
    return new
  }
}
