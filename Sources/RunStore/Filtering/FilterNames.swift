import Experiments
import GRDB

/// What a key stands for in a store.
enum FilterColumn {
  /// By number.
  case metric(Int64, MetricAspect)
  /// By number.
  case parameter(Int64)
  case tag(String)
  case attribute(RunAttribute)
}

/// Which of a metric's values is meant.
enum MetricAspect: Equatable {
  case last, min, max
  case at(epoch: Int)

  init?(named name: Substring) {
    switch name {
    case "last": self = .last
    case "min": self = .min
    case "max": self = .max
    default: return nil
    }
  }
}

/// What is known of a run besides its parameters and metrics.
enum RunAttribute: String, CaseIterable {
  case id, name, status, sweep
  case createdAt = "created_at"
  case startedAt = "started_at"
  case endedAt = "ended_at"
  case wallSeconds = "wall_seconds"

  /// MLflow's names too, as its own pages write them.
  init?(named name: String) {
    switch name.lowercased().replacing(" ", with: "_") {
    case "run_id": self = .id
    case "run_name": self = .name
    case "start_time", "created": self = .startedAt
    case "end_time": self = .endedAt
    case let name: self.init(rawValue: name)
    }
  }

  /// A column of `run`, or for a sweep of `sweep`.
  var sql: String {
    switch self {
    case .id: "run.id"
    case .name: "run.name"
    case .status: "(\(SQLText.runStatus))"
    case .sweep: "sweep.name"
    case .createdAt, .startedAt, .endedAt, .wallSeconds: "run.\(rawValue)"
    }
  }

  var isTime: Bool { [.createdAt, .startedAt, .endedAt].contains(self) }
  var isNumber: Bool { isTime || self == .wallSeconds }
}

/// The names that a store knows.
struct FilterNames {
  private let metrics: [String: Int64]
  private let parameters: [String: Int64]
  private let isEmpty: Bool

  init(_ database: Database) throws {
    func numbers(_ sql: String) throws -> [String: Int64] {
      let rows = try Row.fetchAll(database, sql: sql)
      return Dictionary(rows.map { ($0[0], $0[1]) }) { $1 }
    }
    metrics = try numbers("SELECT name, number FROM metric_key")
    parameters = try numbers("SELECT path, number FROM parameter")
    isEmpty = try !(Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM run)") ?? false)
  }

  /// Nil where the store holds no runs, and so no names. Throws `InputError` with the nearest name.
  func column(of key: FilterKey, in source: FilterSource) throws -> FilterColumn? {
    let column = try found(key, in: source)
    guard let epoch = key.epoch else { return column }
    switch column {
    case nil: return nil
    case .metric(let number, .last): return .metric(number, .at(epoch: epoch))
    default: throw source.failure("only a metric has a value at an epoch; '\(key.name)' has none", at: key.column)
    }
  }

  private func found(_ key: FilterKey, in source: FilterSource) throws -> FilterColumn? {
    switch key.scope {
    case .tag: return .tag(key.name)
    case .attribute:
      if let attribute = RunAttribute(named: key.name) { return .attribute(attribute) }
      if let tag = Self.tag(key.name) { return tag }
      throw unknown("a run has no attribute '\(key.name)'", key, source, Self.attributes)
    case .metric:
      if isEmpty { return nil }
      if let metric = metric(key.name) { return metric }
      throw unknown("no run has recorded a metric '\(key.name)'", key, source, Array(metrics.keys))
    case .parameter:
      if isEmpty { return nil }
      if let number = parameters[key.name] { return .parameter(number) }
      throw unknown("no run has a parameter '\(key.name)'", key, source, Array(parameters.keys))
    case nil:
      if let attribute = RunAttribute(named: key.name) { return .attribute(attribute) }
      if isEmpty { return nil }
      if let number = parameters[key.name] { return .parameter(number) }
      if let metric = metric(key.name) ?? Self.tag(key.name) { return metric }
      let known = Self.attributes + Array(parameters.keys) + Array(metrics.keys)
      throw unknown("no run has '\(key.name)'", key, source, known)
    }
  }

  /// An event that a store has, or that Darkroom's trainings may tell of. Throws `InputError` with the nearest one.
  func require(_ event: FilterEvent, in source: FilterSource, _ database: Database) throws {
    if isEmpty || Self.events.contains(event.type) { return }
    let isTold = try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (SELECT 1 FROM event WHERE type = ?) OR EXISTS (SELECT 1 FROM run_event WHERE type = ?)
        """, arguments: [event.type, event.type])
    guard isTold != true else { return }
    let told = try String.fetchAll(database, sql: "SELECT type FROM event UNION SELECT type FROM run_event")
    throw source.failure(
      "no run has told of an event '\(event.type)'", at: event.column,
      suggestion: InputError.nearest(to: event.type, among: Set(told + Self.events).sorted()))
  }

  private static let events = [
    "checkpoint.refused", "checkpoint.saved", "closest_pairs", "diverged", "label_mask.on", "learning_rate.changed",
    "resumed", "scored", "stopped.early", "warmup.frozen", "warmup.unfrozen",
  ]

  /// A metric whose own name ends so is meant before the aspect of another.
  private func metric(_ name: String) -> FilterColumn? {
    if let number = metrics[name] { return .metric(number, .last) }
    guard let dot = name.lastIndex(of: "."), let aspect = MetricAspect(named: name[name.index(after: dot)...]),
      let number = metrics[String(name[..<dot])]
    else { return nil }
    return .metric(number, aspect)
  }

  /// What is an attribute to MLflow, whose clients tell it by this tag.
  private static func tag(_ name: String) -> FilterColumn? {
    name.lowercased() == "user_id" ? .tag("mlflow.user") : nil
  }
  private static let attributes = RunAttribute.allCases.map(\.rawValue)

  private func unknown(
    _ message: String, _ key: FilterKey, _ source: FilterSource, _ known: [String]
  ) -> InputError {
    source.failure(message, at: key.column, suggestion: InputError.nearest(to: key.name, among: known.sorted()))
  }
}
