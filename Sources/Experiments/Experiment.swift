/// What an experiment file says, with the settings given on the command line over it.
public struct Experiment: Equatable, Sendable {
  /// Also the sweep's name.
  public let name: String
  public let question: String?
  /// The file's path as it was given.
  public let file: String

  public init(name: String, question: String? = nil, file: String) {
    self.name = name
    self.question = question
    self.file = file
  }
}
