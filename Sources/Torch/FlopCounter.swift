import Synchronization

/// Floating-point operations of the multiplications that networks spend their time in: linear layers, convolutions and
/// attention, each multiply-add counted as 2. The rest (norms, activations, sums) is left out, as is usual.
final class FlopCounter: Sendable {
  @TaskLocal static var current: FlopCounter?
  let count = Atomic(0)

  func add(_ flops: Int) { count.add(flops, ordering: .relaxed) }
}

/// The floating-point operations that `body` asks of linear layers, convolutions and attention; those of gradients aside.
public func countingFlops(_ body: () throws -> Void) rethrows -> Int {
  let counter = FlopCounter()
  try FlopCounter.$current.withValue(counter) { try body() }
  return counter.count.load(ordering: .relaxed)
}
