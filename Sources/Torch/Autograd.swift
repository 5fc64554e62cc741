import CTorch

extension Tensor {
  /// Whether gradients reach this tensor. Set only on leaves.
  public var requiresGrad: Bool {
    get { ctorch_requires_grad(handle) }
    set { trapping("requiresGrad", [self]) { ctorch_set_requires_grad(handle, newValue, &$0) } }
  }

  /// The gradient that `backward` left here; nil where none reached it.
  public var grad: Tensor? { ctorch_grad(handle).map(Tensor.init(handle:)) }

  public func clearGrad() { ctorch_clear_grad(handle) }

  /// Adds the gradients of this scalar to every leaf that it depends on.
  public func backward() { trapping("backward", [self]) { ctorch_backward(handle, &$0) } }

  /// The same values, cut off from the graph.
  public func detached() -> Tensor {
    Tensor(handle: trapping("detached", [self]) { ctorch_detach(handle, &$0) })
  }
}

/// Runs `body` without recording a graph. Synchronous, since the setting belongs to the thread.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  let before = ctorch_set_grad_enabled(false)
  defer { _ = ctorch_set_grad_enabled(before) }
  return try body()
}
