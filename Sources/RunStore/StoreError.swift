/// A store that could not do what it was asked, with nothing of it half-written.
public struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The store's file.
  public let path: String
  /// A sentence without its full stop.
  public let message: String

  public init(path: String, message: String) {
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }
}
