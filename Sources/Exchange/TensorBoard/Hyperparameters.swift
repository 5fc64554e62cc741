import Experiments
import RunStore

/// What TensorBoard's plug-in for hyperparameters is told (its `plugin_data.proto` and `api.proto`).
enum Hyperparameters {
  static let experimentTag = "_hparams_/experiment"
  static let startTag = "_hparams_/session_start_info"
  static let endTag = "_hparams_/session_end_info"

  /// Its columns: the parameters that differ between the runs, and the metrics that any of them has.
  static func experiment(of runs: [RunSummary]) -> ProtocolMessage {
    var experiment = ProtocolMessage()
    experiment.add(runs.map(\.createdAt).min()?.seconds ?? 0, as: 3)
    for key in Set(runs.flatMap(\.parameters.keys)).sorted() {
      let values = runs.map { $0.parameters[key] ?? .null }
      guard Set(values).count > 1 else { continue }
      var parameter = ProtocolMessage()
      parameter.add(key, as: 1)
      parameter.add(type(of: values), as: 4)
      experiment.add(parameter, as: 4)
    }
    for key in Set(runs.flatMap(\.metrics.keys)).sorted() where !key.contains(".bucket.") {
      var name = ProtocolMessage()
      name.add(key, as: 2)
      var metric = ProtocolMessage()
      metric.add(name, as: 1)
      experiment.add(metric, as: 5)
    }
    return data(experiment, as: 2)
  }

  /// All parameters of a run. What is neither number, truth value nor text is its JSON.
  static func start(of run: RunSummary) -> ProtocolMessage {
    var start = ProtocolMessage()
    for (key, parameter) in run.parameters.sorted(by: { $0.key < $1.key }) {
      var value = ProtocolMessage()
      switch parameter {
      case .int, .double: value.always(parameter.number ?? .nan, as: 2)
      case .string(let text): value.always(Array(text.utf8), as: 3)
      case .bool(let flag): value.always(flag, as: 4)
      case .null, .list, .map: value.always(Array(parameter.json.utf8), as: 3)
      }
      var entry = ProtocolMessage()
      entry.add(key, as: 1)
      entry.add(value, as: 2)
      start.add(entry, as: 1)
    }
    start.add((run.startedAt ?? run.createdAt).seconds, as: 5)
    return data(start, as: 3)
  }

  static func end(of run: RunSummary) -> ProtocolMessage {
    let status =
      switch run.status {
      case .scheduled: 0
      case .finished: 1
      case .failed, .killed: 2
      case .running: 3
      }
    var end = ProtocolMessage()
    end.add(status, as: 1)
    end.add(run.endedAt?.seconds ?? 0, as: 2)
    return data(end, as: 4)
  }

  private static func data(_ message: ProtocolMessage, as field: UInt64) -> ProtocolMessage {
    var data = ProtocolMessage()
    data.add(message, as: field)
    return data
  }

  /// Of `api.proto`: text, truth value or float64.
  private static func type(of values: [Value]) -> Int {
    if values.allSatisfy({ $0.number != nil }) { return 3 }
    return values.allSatisfy { if case .bool = $0 { true } else { false } } ? 2 : 1
  }
}
