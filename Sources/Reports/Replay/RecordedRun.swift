import Experiments
import RunStore

/// What a store has of one run that another execution must come to again.
struct RecordedRun {
  struct Event: Hashable {
    let type: String
    /// JSON.
    let payload: String
  }

  /// By key, then by step.
  var metrics: [String: [Int: Double]] = [:]
  /// By epoch.
  var events: [Int: [Event]] = [:]
  /// SHA-256 of the files that hold training's states, by epoch.
  var weights: [Int: String] = [:]
  var grids: [SampleGrid] = []
  /// The prepared data's digest.
  var data: String?

  init(_ id: String, in store: RunStore) throws {
    for key in try store.metricKeys(ofRun: id) where !Self.isMeasured(key) {
      metrics[key] = try store.history(ofRun: id, key: key).reduce(into: [:]) { $0[$1.step] = $1.value }
    }
    for event in try store.events(ofRun: id) where !Self.befallsTheExecution(event) {
      if event.type == "checkpoint.saved" {
        weights[event.epoch] = event.payload["sha256"]?.readable
      } else {
        events[event.epoch, default: []].append(Event(type: event.type, payload: event.payload.json))
      }
    }
    grids = try store.gridEpochs(ofRun: id).compactMap { try store.grid(ofRun: id, epoch: $0) }
    data = try store.environment(ofRun: id)["data.digest"]?.readable
  }

  /// Time or memory, which are never twice the same.
  private static func isMeasured(_ key: String) -> Bool {
    key.contains("seconds") || key.contains("per_second") || key.hasSuffix("bytes")
  }

  /// What happened to an attempt, or to the run in its sweep, and not in the training.
  private static func befallsTheExecution(_ event: RunEvent) -> Bool {
    ["resumed", "checkpoint.refused"].contains(event.type)
      || event.payload["reason"]?.readable.hasPrefix("sweep.") == true
  }
}
