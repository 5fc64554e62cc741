public import Torch

/// Stochastic gradient descent with momentum (Sutskever et al. 2013), as PyTorch's `torch.optim.SGD` has it, with
/// dampening 0: g ← g + λ·θ; b ← μ·b + g; θ ← θ − α·b, or, with Nesterov's momentum, θ − α·(g + μ·b).
public final class SGD: Optimizer {
  public struct Configuration: Equatable, Sendable {
    /// μ, 0..<1.
    public var momentum: Double
    /// Only where there is momentum.
    public var nesterov: Bool
    /// λ.
    public var weightDecay: Double

    public init(momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0) {
      precondition(momentum > 0 || !nesterov, "SGD: Nesterov's momentum needs momentum")
      self.momentum = momentum
      self.nesterov = nesterov
      self.weightDecay = weightDecay
    }
  }

  private let configuration: Configuration
  private var parameters: OptimizedParameters

  public init(_ parameters: [(name: String, parameter: Parameter)], _ configuration: Configuration) {
    self.configuration = configuration
    self.parameters = OptimizedParameters(
      parameters, remembering: configuration.momentum > 0 ? [.zeros("momentum_buffer")] : [])
  }

  /// - Parameter learningRate: α.
  public func step(learningRate: Double) {
    withoutGradients {
      sgdStep(
        parameters: parameters.tensors, gradients: parameters.gradients(),
        buffers: configuration.momentum > 0 ? parameters.memory(0) : [], learningRate: learningRate,
        momentum: configuration.momentum, nesterov: configuration.nesterov, weightDecay: configuration.weightDecay)
    }
  }

  public func clearGradients() { parameters.clearGradients() }

  public func drop(where isDropped: (String) -> Bool) { parameters.drop(where: isDropped) }

  public func add(_ parameters: [(name: String, parameter: Parameter)]) { self.parameters.add(parameters) }

  public var state: [String: Tensor] { parameters.state }

  public func load(_ state: [String: Tensor]) throws { try parameters.load(state) }
}
