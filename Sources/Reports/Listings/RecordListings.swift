import Experiments
public import RunStore

extension Report {
  /// Every point of a metric: `step` (0-based epoch), `value`, `time`.
  public static func history(_ points: [MetricPoint]) -> Report {
    var table = Table([.init("step", alignment: .right), .init("value", alignment: .right), .init("time")])
    for point in points {
      table.append([.init(.int(point.step)), .init(.double(point.value)), .init(.time(point.time))])
    }
    return Report(table)
  }

  /// What happened in a run: `epoch` (0-based), `type`, `payload`, `time`, `stage`.
  public static func events(_ events: [RunEvent]) -> Report {
    var table = Table([
      .init("epoch", alignment: .right), .init("type", title: "event"), .init("payload", narrowest: 12),
      .init("time"), .init("stage"),
    ])
    for event in events {
      table.append([
        .init(.int(event.epoch)), .init(.string(event.type)), .init(event.payload, text: event.payload.asPayload),
        .init(.time(event.time), text: event.time.readable),
        .init(.string(event.stage), text: String(event.stage.prefix(8))),
      ])
    }
    return Report(table)
  }
}

extension Value {
  /// `key value, key value` for a map: what a sentence about an event says.
  var asPayload: String {
    switch self {
    case .null: ""
    case .map(let entries): entries.map { "\($0.key) \($0.value.readable)" }.joined(separator: ", ")
    default: readable
    }
  }
}
