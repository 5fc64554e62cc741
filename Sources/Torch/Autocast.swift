import CTorch

/// Runs a forward pass in mixed precision, as PyTorch's `torch.autocast("cpu", dtype=torch.bfloat16)` does:
/// convolutions, linear layers and attention take their inputs and weights as bfloat16 and answer in it; parameters,
/// their gradients and what is added to a float32 tensor, such as a loss, stay float32. `backward` belongs outside.
/// Synchronous, since the setting belongs to the thread.
/// - Parameter dtype: `bfloat16`, or `float32`: everything stays as it is.
public func withAutocast<Result>(_ dtype: DType, _ body: () throws -> Result) rethrows -> Result {
  precondition(dtype == .bfloat16 || dtype == .float32, "withAutocast: bfloat16 or float32, not \(dtype)")
  let before = ctorch_enter_autocast(dtype.code)
  defer { ctorch_leave_autocast(before) }
  return try body()
}
