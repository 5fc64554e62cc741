public import Torch

/// Classifier-free guidance (Ho & Salimans 2022, equation 6, with g = 1 + w): away from what the network says without
/// the condition, towards what it says with it: ε(x, ∅) + g·(ε(x, c) − ε(x, ∅)).
public struct Guidance {
  /// g, 0 or more; 1 leaves the network as it is, and asks it once.
  public let scale: Double

  public init(_ scale: Double) {
    self.scale = scale
  }

  /// How often a picture goes through the network at each step.
  public var evaluations: Int { scale == 1 ? 1 : 2 }

  /// Shapes: x [n, c, h, w], both conditions [n, ...] → [n, c, h, w].
  /// - Parameters:
  ///   - absent: the condition that stands for none, as in training.
  ///   - network: asked for both halves at once.
  public func callAsFunction(
    _ x: Tensor, condition: Tensor, absent: @autoclosure () -> Tensor,
    network: (_ x: Tensor, _ condition: Tensor) throws -> Tensor
  ) rethrows -> Tensor {
    guard scale != 1 else { return try network(x, condition) }
    let n = x.extent(0)
    let both = try network(
      Tensor.concatenated([x, x], dimension: 0), Tensor.concatenated([absent(), condition], dimension: 0))
    let (without, with) = (both.narrowed(0, 0..<n), both.narrowed(0, n..<2 * n))
    return without + scale * (with - without)
  }
}
