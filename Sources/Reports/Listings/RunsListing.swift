import Experiments
public import RunStore

extension Report {
  /// Runs, a row each.
  ///
  /// `columns`: names of columns, parameters or metrics (`name`, `model.dropout`, `validation.l1`; unique ends of keys
  /// too); nil for the usual ones. Throws `InputError` where one is none of these.
  public static func runs(_ runs: [RunSummary], columns: [String]? = nil) throws -> Report {
    let json = Value.list(runs.map(\.json))
    if let columns {
      let table = try RunColumns(of: runs).table(columns)
      return Report(table, json: json)
    }
    let known = RunColumns(of: runs)
    let usual =
      ["id", "name", "status"] + ["validation.l1", "validation.mse", "fid", "kid"].filter(known.metricKeys.contains)
    return Report(
      try known.table(usual + ["wall_seconds", "created_at"]), data: try known.table(known.all), json: json)
  }
}

extension RunSummary {
  /// As `runs --format json` gives it.
  var json: Value {
    let metrics = metrics.sorted { $0.key < $1.key }.map { key, metric in
      Value.Entry(
        key,
        [
          "last": .double(metric.last), "last_step": .int(metric.lastStep), "min": .number(metric.min),
          "max": .number(metric.max),
        ])
    }
    let stages = stages.map { stage -> Value in
      [
        "hash": .string(stage.hash), "kind": .string(stage.kind.rawValue), "status": .string(stage.status.rawValue),
        "shared": .bool(stage.shared),
      ]
    }
    let parameters = parameters.sorted { $0.key < $1.key }.map { Value.Entry($0.key, $0.value) }
    return .map(
      RunColumns.attributes.map { Value.Entry($0.key, $0.value(self)) } + [
        .init("params", .map(parameters)), .init("metrics", .map(metrics)), .init("stages", .list(stages)),
      ])
  }
}
