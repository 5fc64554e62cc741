public import Experiments

/// One thing that an attempt to execute a stage has to tell.
///
/// (`stage`, `attempt`, `sequence`) is its identity: written twice, it is there once. What a later attempt says of an
/// epoch replaces all that earlier ones said of it, in whatever order the two arrive.
public struct Record: Equatable, Sendable {
  public enum Content: Equatable, Sendable {
    /// `step` is the 0-based epoch. NaN and the infinities are kept as they are.
    case metric(key: String, step: Int, value: Double)
    /// `epoch` is 0-based.
    case event(type: String, epoch: Int, payload: Value)
    /// A sample grid, or part of one; `epoch` is the last one trained, 0-based.
    case gridCells([GridCell], epoch: Int)
    case checkpoint(Checkpoint)
    /// The file of this state is no longer kept.
    case checkpointGone(state: String)
    /// What was found out about the surroundings; added to what the attempt told before.
    case environment([String: Value])
  }

  /// The stage's hash.
  public var stage: String
  /// 1-based.
  public var attempt: Int
  /// 1-based, ascending within the attempt.
  public var sequence: Int
  public var time: Timestamp
  public var content: Content

  public init(stage: String, attempt: Int, sequence: Int, time: Timestamp = .now, content: Content) {
    self.stage = stage
    self.attempt = attempt
    self.sequence = sequence
    self.time = time
    self.content = content
  }
}
