public import Experiments
public import RunStore

/// What a person reads when a launch has ended: the comparison, or the one run, and what to type next.
public struct LaunchEnding: Sendable {
  private let plan: Plan
  private let runs: [RunSummary]
  private let failures: [String: String]

  /// - Parameters:
  ///   - runs: those of `plan` as the store has them now.
  ///   - failures: why stages failed, by hash.
  public init(plan: Plan, runs: [RunSummary], failures: [String: String] = [:]) {
    self.plan = plan
    self.runs = runs
    self.failures = failures
  }

  /// `database`: the store's file where it is not the usual one.
  public func text(for terminal: Terminal, database: String?) -> String {
    let suffix = database.map { " --db \(quoted($0))" } ?? ""
    let axes = Comparison.varyingAxes(
      of: runs, axes: Dictionary(plan.runs.map { ($0.id, $0.axes) }) { first, _ in first })
    var lines: [String] = []
    var next: [String] = []
    if plan.runs.count > 1, let comparison = try? comparison(by: axes) {
      lines.append(comparison.report.table.text(for: terminal))
      let by = axes.isEmpty ? "" : " --by \(axes.joined(separator: ","))"
      next.append("darkroom compare --sweep \(quoted(plan.experiment.name))\(by)\(suffix)")
    } else if let listed = try? Report.runs(runs) {
      lines.append(listed.table.text(for: terminal))
    }
    if !failures.isEmpty { lines.append("\n" + failed.text(for: terminal)) }
    if let run = runs.first(where: { $0.status == .finished }) ?? runs.first {
      next.insert("darkroom show \(run.id)\(suffix)", at: 0)
    }
    return lines.joined() + "\nNext:\n" + next.map { "  \($0)\n" }.joined()
  }

  private func comparison(by axes: [String]) throws -> Comparison {
    let metric = plan.experiment.sweep?.metric
    let metrics = (metric.map { [$0.name] } ?? ["validation.l1", "validation.mse"]) + ["sample.seconds"]
    let direction = metric.map { ($0.name, $0.goal == .minimize ? Direction.lowerIsBetter : .higherIsBetter) }
    return try Comparison(
      finished: runs, by: axes, metrics: Comparison.usualMetrics(of: runs, preferring: metrics),
      directions: direction.map { [$0.0: $0.1] } ?? [:])
  }

  /// A row a failed stage: whose it is, and why it failed.
  private var failed: Table {
    var table = Table([.init("failed"), .init("runs", alignment: .right), .init("run"), .init("why", narrowest: 30)])
    for stage in plan.stages {
      guard let message = failures[stage.hash] else { continue }
      let concerned = plan.runs.filter { $0.stages.contains(stage.hash) }
      let lines = message.split(separator: "\n")
      let why = ([lines.first] + lines.dropFirst().suffix(1).map(Optional.some)).compactMap(\.self)
      table.append([
        .init(.string(stage.kind.rawValue)), .init(.int(concerned.count)),
        .init(.string(concerned.first?.name ?? "")), .init(.string(why.joined(separator: ": "))),
      ])
    }
    return table
  }

  /// As a shell takes it for one word.
  private func quoted(_ text: String) -> String {
    let plain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/=,@+:".contains($0)) }
    return plain && !text.isEmpty ? text : "'\(text.replacing("'", with: "'\\''"))'"
  }
}
