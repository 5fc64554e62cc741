import Experiments
public import RunStore

extension Report {
  /// What an examination of a store found: `severity`, `subject`, `message`, `advice`.
  public static func findings(_ findings: [Finding]) -> Report {
    var table = Table([
      .init("severity", title: ""), .init("subject", narrowest: 20), .init("message", title: "what", narrowest: 20),
      .init("advice", title: "what to do", narrowest: 24),
    ])
    for finding in findings {
      table.append([
        .init(.string(finding.severity.rawValue), emphasis: finding.severity == .problem ? .bad : .faint),
        .init(.string(finding.subject)), .init(.string(finding.message)), .init(.string(finding.advice)),
      ])
    }
    if findings.isEmpty { table.notes = ["All is well."] }
    return Report(table)
  }

  /// What can be freed, or was: `kind` (run, stage or file), `name`, `bytes`.
  public static func garbage(_ garbage: Garbage, isFreed: Bool) -> Report {
    var table = Table([.init("kind", title: ""), .init("name", narrowest: 24), .init("bytes", alignment: .right)])
    for run in garbage.runs { table.append([.init("run"), .init(.string(run)), .init(.null, text: "")]) }
    for stage in garbage.stages {
      table.append([.init("stage"), .init(.string(stage), text: String(stage.prefix(12))), .init(.null, text: "")])
    }
    for file in garbage.files {
      table.append([.init("file"), .init(.string(file.path)), .init(.int(file.bytes))])
    }
    let counts = [
      counted(garbage.runs.count, "run"), counted(garbage.stages.count, "stage"), counted(garbage.files.count, "file"),
    ]
    table.notes =
      garbage.isEmpty
      ? ["Nothing to free."]
      : ["\(counts.joined(separator: ", ")) of \(garbage.bytes) bytes \(isFreed ? "freed" : "can be freed")."]
    return Report(table)
  }
}
