/// Something about a store that a person may want to know.
public struct Finding: Equatable, Sendable {
  public enum Severity: String, Sendable {
    /// Something that was recorded is lost or wrong.
    case problem
    /// Nothing is lost, and something can be done.
    case note
  }

  public var severity: Severity
  /// A file, a stage, a table.
  public var subject: String
  public var message: String
  /// What to do.
  public var advice: String
}
