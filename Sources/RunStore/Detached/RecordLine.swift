import Experiments
import Foundation

/// A line of a record file: an attempt begins, tells something, or ends.
///
/// What was recorded in one go is one line, so that all of it is taken in, or nothing.
enum RecordLine: Equatable {
  case begin(stage: String, host: String, process: Int, environment: [String: Value], time: Timestamp)
  /// Records numbered from `sequence` on.
  case records([Record.Content], sequence: Int, time: Timestamp)
  case end(Status, message: String?, time: Timestamp)

  var json: Value {
    switch self {
    case .begin(let stage, let host, let process, let environment, let time):
      [
        "begin": .string(stage), "host": .string(host), "process": .int(process),
        "environment": environment.value,
        "time": .int(time.milliseconds),
      ]
    case .records(let contents, let sequence, let time):
      ["records": .list(contents.map(\.json)), "sequence": .int(sequence), "time": .int(time.milliseconds)]
    case .end(let status, let message, let time):
      [
        "end": .string(status.rawValue), "message": message.map(Value.string) ?? .null,
        "time": .int(time.milliseconds),
      ]
    }
  }

  /// Nil where the line is none: damaged, or never written whole.
  init?(_ text: some StringProtocol) {
    guard let value = try? Value(json: String(text)), let milliseconds = value.integer("time") else { return nil }
    let time = Timestamp(milliseconds: milliseconds)
    if let stage = value.text("begin"), let host = value.text("host"), let process = value.integer("process"),
      let environment = value["environment"]
    {
      self = .begin(
        stage: stage, host: host, process: process, environment: Parameters(value: environment), time: time)
    } else if case .list(let values)? = value["records"], let sequence = value.integer("sequence") {
      let contents = values.compactMap(Record.Content.init(json:))
      guard contents.count == values.count else { return nil }
      self = .records(contents, sequence: sequence, time: time)
    } else if let status = value.text("end").flatMap(Status.init(rawValue:)) {
      self = .end(status, message: value.text("message"), time: time)
    } else {
      return nil
    }
  }
}
