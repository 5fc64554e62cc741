public import Torch

/// Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019).
public final class Adam: Optimizer {
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

  private let configuration: Configuration
  private var parameters: OptimizedParameters

  public init(_ parameters: [(name: String, parameter: Parameter)], _ configuration: Configuration) {
    self.configuration = configuration
    self.parameters = OptimizedParameters(
      parameters, remembering: [.zeros("exp_avg"), .zeros("exp_avg_sq"), .scalar("step")])
  }

  /// - Parameter learningRate: α.
  public func step(learningRate: Double) {
    adamStep(
      parameters: parameters.tensors, gradients: parameters.gradients(), firstMoments: parameters.memory(0),
      secondMoments: parameters.memory(1), steps: parameters.memory(2), learningRate: learningRate,
      betas: configuration.betas, weightDecay: configuration.weightDecay, epsilon: configuration.epsilon,
      decoupled: configuration.decoupled)
  }

  public func clearGradients() { parameters.clearGradients() }

  public func drop(where isDropped: (String) -> Bool) { parameters.drop(where: isDropped) }

  public func add(_ parameters: [(name: String, parameter: Parameter)]) { self.parameters.add(parameters) }

  public var state: [String: Tensor] { parameters.state }

  public func load(_ state: [String: Tensor]) throws { try parameters.load(state) }
}
