import Experiments
import GRDB

/// What a key stands for in a store.
enum FilterColumn {
  /// By number.
  case metric(Int64)
  /// By number.
  case parameter(Int64)
  case tag(String)
  case attribute(RunAttribute)
}

/// What is known of a run besides its parameters and metrics.
enum RunAttribute: String, CaseIterable {
  case id, name, status, sweep
  case createdAt = "created_at"
  case startedAt = "started_at"
  case endedAt = "ended_at"
  case wallSeconds = "wall_seconds"

  /// MLflow's names too.
  init?(named name: String) {
    switch name.lowercased() {
    case "run_id": self = .id
    case "run_name": self = .name
    case "start_time": self = .startedAt
    case "end_time": self = .endedAt
    case let name: self.init(rawValue: name)
    }
  }

  var sql: String {
    switch self {
    case .id: "run.id"
    case .name: "run.name"
    case .status: "(\(SQLText.runStatus))"
    case .sweep:
      "(SELECT sweep.name FROM sweep_run JOIN sweep ON sweep.number = sweep_run.sweep WHERE sweep_run.run = run.number)"
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
    switch key.scope {
    case .tag: return .tag(key.name)
    case .attribute:
      if let attribute = RunAttribute(named: key.name) { return .attribute(attribute) }
      throw unknown("a run has no attribute '\(key.name)'", key, source, Self.attributes)
    case .metric:
      if isEmpty { return nil }
      if let number = metrics[key.name] { return .metric(number) }
      throw unknown("no run has recorded a metric '\(key.name)'", key, source, Array(metrics.keys))
    case .parameter:
      if isEmpty { return nil }
      if let number = parameters[key.name] { return .parameter(number) }
      throw unknown("no run has a parameter '\(key.name)'", key, source, Array(parameters.keys))
    case nil:
      if let attribute = RunAttribute(named: key.name) { return .attribute(attribute) }
      if isEmpty { return nil }
      if let number = parameters[key.name] { return .parameter(number) }
      if let number = metrics[key.name] { return .metric(number) }
      let known = Self.attributes + Array(parameters.keys) + Array(metrics.keys)
      throw unknown("no run has '\(key.name)'", key, source, known)
    }
  }

  private static let attributes = RunAttribute.allCases.map(\.rawValue)

  private func unknown(
    _ message: String, _ key: FilterKey, _ source: FilterSource, _ known: [String]
  ) -> InputError {
    source.failure(message, at: key.column, suggestion: InputError.nearest(to: key.name, among: known.sorted()))
  }
}
