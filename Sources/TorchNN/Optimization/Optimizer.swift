public import Torch

/// Moves parameters against their gradients, and remembers what that takes from step to step.
///
/// A parameter whose gradient is absent although it is trained takes a gradient of zero, as where PyTorch computes
/// one that is exactly zero: its weight decay and its momentum still act. A frozen parameter is dropped instead.
public protocol Optimizer: AnyObject {
  /// - Parameter learningRate: the step size of this step.
  func step(learningRate: Double)

  func clearGradients()

  /// Moves no parameter of these names any more, and forgets what it remembers of them.
  func drop(where isDropped: (String) -> Bool)

  /// Moves these too from now on, beginning anew. None of their names may be among those that it moves.
  func add(_ parameters: [(name: String, parameter: Parameter)])

  /// What a checkpoint keeps: by parameter and PyTorch's word for what is remembered, such as
  /// `unet.conv_in.weight.exp_avg`. The tensors themselves, which the next step changes.
  var state: [String: Tensor] { get }

  /// Goes on as the optimizer did whose `state` this is. It has to move the same parameters already.
  /// - Throws: `StateError` where a name is missing, left over, or of another shape; nothing is loaded then.
  func load(_ state: [String: Tensor]) throws
}
