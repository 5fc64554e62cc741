/// A file that isn't what it claims to be.
public struct FormatError: Error, CustomStringConvertible, Equatable {
  public let file: String
  public let reason: String

  public init(file: String, reason: String) {
    self.file = file
    self.reason = reason
  }

  public var description: String { "\(file) \(reason)" }
}
