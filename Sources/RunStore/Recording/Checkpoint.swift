/// A file that holds the state after some epoch.
public struct Checkpoint: Equatable, Codable, Sendable {
  /// The state's hash, 64 hexadecimal digits.
  public var state: String
  /// How many epochs were done.
  public var epochs: Int
  /// Relative to the store's artifacts folder.
  public var path: String
  /// Of the file, 64 hexadecimal digits.
  public var sha256: String
  /// The file's size.
  public var bytes: Int

  public init(state: String, epochs: Int, path: String, sha256: String, bytes: Int) {
    self.state = state
    self.epochs = epochs
    self.path = path
    self.sha256 = sha256
    self.bytes = bytes
  }
}
