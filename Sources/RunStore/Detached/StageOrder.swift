import Experiments
import Files
import Foundation

/// All that a host without the store needs to know of it to execute a stage.
struct StageOrder: Codable {
  /// The stage itself, and all that it goes back to.
  var stages: [Stage]
  /// What the store has of the files that it needs. Those that are still to be made, their stages' records tell of.
  var checkpoints: [Checkpoint]

  static func file(of stage: String, in artifacts: URL) -> URL {
    artifacts.appending(path: "orders/\(stage).json")
  }
}

extension RunStore {
  /// Writes what hosts that don't open the store need to execute stages: a file each.
  ///
  /// - Parameter isDone: whether what the store has of a stage's files holds; of the others their records tell.
  public func writeOrders(for stages: [String], isDone: (String) -> Bool) throws {
    let folder = StageOrder.file(of: "", in: artifacts).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for stage in stages {
      let data = try encoder.encode(try order(for: stage, isDone: isDone))
      try DurableFile.write(data, to: StageOrder.file(of: stage, in: artifacts))
    }
  }

  private func order(for stage: String, isDone: (String) -> Bool) throws -> StageOrder {
    var stages = [try self.stage(stage)]
    var known = Set([stage])
    var states: Set<String> = []
    var next = 0
    while next < stages.count {
      for parent in stages[next].parents {
        if isDone(parent) { states.formUnion([parent, stages[next].origin(from: parent)]) }
        if known.insert(parent).inserted { stages.append(try self.stage(parent)) }
      }
      next += 1
    }
    return StageOrder(stages: stages, checkpoints: Array(try checkpoints(ofStates: Array(states)).values))
  }
}
