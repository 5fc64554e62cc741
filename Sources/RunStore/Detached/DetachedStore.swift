public import Experiments
public import Foundation

/// A store as hosts see it that share its folder and don't open its database: SQLite over a network file system is not
/// to be trusted.
///
/// What it knows was written down before; what is recorded goes to files of their own, which the store takes in.
public final class DetachedStore: StageStore {
  public let artifacts: URL
  private let order: StageOrder
  private let attempt: String
  private let surroundings: [String: Value]

  /// How long the process is waited for that had the stage before, and may not be quite gone yet.
  private static let lockTries = 50

  /// - Parameters:
  ///   - artifacts: the store's artifacts folder.
  ///   - stage: the one that is to be executed.
  ///   - attempt: a name that no other attempt at the stage has, such as the job's and how often it was begun.
  ///   - surroundings: added to what the attempt tells of them, as `KEY.KIND` with the stage's kind, so that what the
  ///     stages of a run tell doesn't hide one another.
  ///
  /// Throws `InputError` where no order for the stage lies there.
  public init(artifacts: URL, stage: String, attempt: String, surroundings: [String: Value] = [:]) throws {
    self.artifacts = artifacts
    self.attempt = attempt
    self.surroundings = surroundings
    let file = StageOrder.file(of: stage, in: artifacts)
    guard let data = try? Data(contentsOf: file), let order = try? JSONDecoder().decode(StageOrder.self, from: data)
    else { throw InputError("there is no order for the stage \(stage)", file: file.path) }
    self.order = order
  }

  public func stage(_ hash: String) throws -> Stage {
    guard let stage = order.stages.first(where: { $0.hash == hash }) else {
      throw InputError("the stage \(hash) is not part of the order", file: artifacts.path)
    }
    return stage
  }

  public func checkpoints(ofStates states: [String]) throws -> [String: Checkpoint] {
    let wanted = Set(states)
    var found: [String: Checkpoint] = [:]
    for stage in order.stages { try told(of: stage.hash, wanted, into: &found) }
    for checkpoint in order.checkpoints where wanted.contains(checkpoint.state) {
      found[checkpoint.state] = checkpoint
    }
    return found
  }

  public func lock(stage hash: String) throws -> StageLock? {
    for attempt in 0..<Self.lockTries {
      if attempt > 0 { usleep(200_000) }
      if let lock = try FileLock.taken(at: lockFile(ofStage: hash)) { return StageLock(lock) }
    }
    return nil
  }

  public func begin(stage: String, environment: [String: Value]) throws -> Recorder {
    let process = ProcessInfo.processInfo
    let kind = try self.stage(stage).kind.rawValue
    let surroundings = Dictionary(uniqueKeysWithValues: surroundings.map { ("\($0.key).\(kind)", $0.value) })
    let files = RecordFiles(stage: stage, in: artifacts)
    let earlier = files.all.count
    let now = Timestamp.now
    let sink = try RecordFile(
      making: files.file(named: attempt, at: now),
      .begin(
        stage: stage, host: process.hostName, process: Int(process.processIdentifier),
        environment: environment.merging(surroundings) { $1 }, time: now))
    return Recorder(sink, stage: stage, attempt: earlier + 1)
  }

  /// What a stage's attempts say of the files that hold `states`; later attempts know better.
  private func told(of stage: String, _ states: Set<String>, into found: inout [String: Checkpoint]) throws {
    for (_, url) in RecordFiles(stage: stage, in: artifacts).all {
      for text in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
        // Most lines are long, and tell of other things.
        guard text.contains("\"checkpoint"), case .records(let contents, _, _)? = RecordLine(text) else { continue }
        for content in contents {
          switch content {
          case .checkpoint(let checkpoint) where states.contains(checkpoint.state):
            found[checkpoint.state] = checkpoint
          case .checkpointGone(let state): found[state] = nil
          default: break
          }
        }
      }
    }
  }
}
