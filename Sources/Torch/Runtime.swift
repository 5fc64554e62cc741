import CTorch

/// Settings of libtorch's that hold for the whole process.
public enum Runtime {
  /// Threads of one operator. They decide the order of sums, and so the last digits.
  public static var threads: Int {
    get { Int(ctorch_threads()) }
    set { ctorch_set_threads(Int32(newValue)) }
  }

  /// Whether this thread is within `followingPyTorch`.
  public static var followsPyTorch: Bool { ctorch_follows_pytorch() }

  /// Keeps freed memory for the process's next tensors instead of handing it back to the system.
  public static func keepFreedMemory() { ctorch_keep_freed_memory() }

  /// Drops the layouts of weights that this thread keeps, and hands the system all memory that is free by now.
  public static func releaseMemory() { ctorch_release_memory() }

  /// libtorch's version, such as "2.13.0".
  public static var version: String { String(cString: ctorch_version()) }
}

/// Runs `body` with networks that make the very calls that diffusers makes in PyTorch, and so give the same bits on the
/// same processor with as many threads, instead of faster calls that round otherwise. A network has to be made and used
/// within it. Synchronous, since the setting belongs to the thread.
public func followingPyTorch<Result>(_ body: () throws -> Result) rethrows -> Result {
  let before = ctorch_set_follows_pytorch(true)
  defer { _ = ctorch_set_follows_pytorch(before) }
  return try body()
}
