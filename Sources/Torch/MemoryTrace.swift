import CTorch

/// How much memory tensors take on this thread, event by event, from its making to its end. Tensors that were made
/// before go unseen. One at a time.
public final class MemoryTrace {
  private let handle = ctorch_begin_memory_trace()

  public init() {}

  deinit { ctorch_end_memory_trace(handle) }

  /// What tensors take by now, in bytes.
  public var bytes: Int { values(from: max(0, count - 1)).last ?? 0 }

  /// Runs `body`, and returns what tensors took more than at its start, in bytes, after each of its allocations and
  /// releases.
  public func during(_ body: () throws -> Void) rethrows -> [Int] {
    let (start, before) = (count, bytes)
    try body()
    return values(from: start).map { $0 - before }
  }

  /// Allocations and releases so far.
  public var count: Int { ctorch_memory_trace_count(handle) }

  private func values(from first: Int) -> [Int] {
    let values = [Int64](unsafeUninitializedCapacity: count - first) { buffer, initialized in
      initialized = buffer.count
      guard let start = buffer.baseAddress, initialized > 0 else { return }
      ctorch_memory_trace_values(handle, first, initialized, start)
    }
    return values.map(Int.init)
  }
}
