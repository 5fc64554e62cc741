import Experiments
import RunStore

/// Which trainings of a plan begin together, and where they part: a row a train stage, each below the one it goes on
/// from.
struct TrainingTree {
  private let plan: Plan
  private let statuses: [String: Status]
  private let stages: [String: Stage]
  private var children: [String: [Stage]] = [:]
  /// The settings that name the runs of each stage.
  private var settings: [String: [[Substring]]] = [:]
  private static let mostRows = 60

  /// Nil where no training goes on from another.
  init?(_ plan: Plan, statuses: [String: Status]) {
    self.plan = plan
    self.statuses = statuses
    stages = Dictionary(plan.stages.map { ($0.hash, $0) }) { first, _ in first }
    for stage in plan.stages where stage.kind == .train {
      children[stage.parents.first ?? "", default: []].append(stage)
    }
    guard children.keys.contains(where: { stages[$0]?.kind == .train }) else { return nil }
    for run in plan.runs {
      let own = run.name.split(separator: "/", maxSplits: 1).dropFirst().first?.split(separator: ",") ?? []
      for hash in run.stages where stages[hash]?.kind == .train { settings[hash, default: []].append(own) }
    }
  }

  var table: Table {
    var table = Table([
      .init("training", narrowest: 30), .init("epochs", alignment: .right), .init("runs", alignment: .right),
      .init("done"),
    ])
    let roots = stages.values.count { $0.kind == .train && $0.trained.lowerBound == 0 }
    table.notes.append("\(counted(networks, "trained network")) from \(counted(roots, "root")).")
    let preparations = plan.stages.filter { $0.kind == .prepare }
    let rows = preparations.flatMap { self.rows(below: $0.hash, margin: nil) }
    for row in rows.prefix(Self.mostRows) { table.append(row) }
    if rows.count > Self.mostRows {
      table.notes.append("And \(rows.count - Self.mostRows) more parts of trainings: --format json lists all.")
    }
    return table
  }

  /// States in which some run's training ends.
  private var networks: Int {
    Set(
      plan.runs.compactMap { run in
        run.stages.last { stages[$0]?.kind == .train }.map { "\($0) \(run.ends[$0] ?? 0)" }
      }
    ).count
  }

  /// - Parameter margin: what stands before the branches; nil for roots.
  private func rows(below parent: String, margin: String?) -> [[Table.Cell]] {
    let siblings = children[parent, default: []]
    return siblings.indices.flatMap { index -> [[Table.Cell]] in
      let stage = siblings[index]
      let isLast = index == siblings.count - 1
      let branch = margin.map { $0 + (isLast ? "└ " : "├ ") } ?? ""
      let below = margin.map { $0 + (isLast ? "  " : "│ ") } ?? ""
      let isDone = statuses[stage.hash] == .finished
      let epochs = stage.trained
      let row: [Table.Cell] = [
        .init(.string(branch + label(of: stage, among: siblings))),
        .init(.string("\(epochs.lowerBound + 1)–\(epochs.upperBound)")),
        .init(.int(settings[stage.hash, default: []].count)),
        .init(.string(isDone ? "done" : ""), emphasis: isDone ? .good : .none),
      ]
      return [row] + rows(below: stage.hash, margin: below)
    }
  }

  /// What the names of its runs have in common beyond those of the stage before it; where that is nothing, what none of
  /// the trainings beside it has.
  private func label(of stage: Stage, among siblings: [Stage]) -> String {
    let known = stage.parents.first.map(common) ?? []
    let own = common(to: stage.hash).filter { !known.contains($0) }
    if !own.isEmpty { return own.joined(separator: ",") }
    let others = Set(siblings.filter { $0.hash != stage.hash }.flatMap { settings[$0.hash, default: []].joined() })
    var names: [Substring] = []
    for name in settings[stage.hash, default: []].joined() where !others.contains(name) && !names.contains(name) {
      names.append(name)
    }
    let alone = siblings.count == 1 || names.isEmpty
    return alone ? String(stage.hash.prefix(8)) : names.joined(separator: " | ")
  }

  private func common(to stage: String) -> [Substring] {
    guard let all = settings[stage], let first = all.first else { return [] }
    return first.filter { name in all.allSatisfy { $0.contains(name) } }
  }
}
