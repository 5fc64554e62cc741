import CTorch

/// Settings of libtorch's that hold for the whole process.
public enum Runtime {
  /// Threads of one operator. They decide the order of sums, and so the last digits.
  public static var threads: Int {
    get { Int(ctorch_threads()) }
    set { ctorch_set_threads(Int32(newValue)) }
  }

  /// Keeps freed memory for the process's next tensors instead of handing it back to the system.
  public static func keepFreedMemory() { ctorch_keep_freed_memory() }

  /// libtorch's version, such as "2.13.0".
  public static var version: String { String(cString: ctorch_version()) }
}
