public import Experiments
public import RunStore

/// All that a person wants to see of one run.
public struct RunPage: Sendable {
  public var run: RunSummary
  public var question: String?
  public var histories: [String: [MetricPoint]]
  public var events: [RunEvent]
  public var environment: [String: Value]
  public var tags: [String: String]
  public var progress: [String: StageProgress]
  public var grid: SampleGrid?
  /// Whether parameters are shown too that are as they would be without having been set.
  public var showsAllParameters: Bool

  public init(
    run: RunSummary, question: String?, histories: [String: [MetricPoint]], events: [RunEvent],
    environment: [String: Value], tags: [String: String], progress: [String: StageProgress], grid: SampleGrid?,
    showsAllParameters: Bool
  ) {
    self.run = run
    self.question = question
    self.histories = histories
    self.events = events
    self.environment = environment
    self.tags = tags
    self.progress = progress
    self.grid = grid
    self.showsAllParameters = showsAllParameters
  }

  /// What `runs` gives of the run, with `events`, `environment` and `tags`.
  public var json: String {
    guard case .map(let entries) = run.json else { return "" }
    let environment = environment.sorted { $0.key < $1.key }.map { Value.Entry($0.key, $0.value) }
    let tags = tags.sorted { $0.key < $1.key }.map { Value.Entry($0.key, .string($0.value)) }
    let all =
      entries + [
        .init("events", Report.events(events).table.json), .init("environment", .map(environment)),
        .init("tags", .map(tags)),
      ]
    return Value.map(all).json + "\n"
  }

  public func text(for terminal: Terminal) -> String {
    let style = Style(colours: terminal.colours)
    var sections = [heading(style, terminal)]
    sections.append(section("Note", note(terminal), style))
    let others = tags.filter { $0.key != RunStore.noteTag }.sorted { $0.key < $1.key }
    sections.append(section("Tags", pairs(others.map { ($0.key, $0.value) }, terminal), style))
    sections.append(section("Parameters", parameters(terminal), style))
    sections.append(section("Stages", stages(terminal), style))
    sections.append(section("Scores", scoreLines(terminal), style))
    sections.append(section("Metrics", metrics(terminal), style))
    sections.append(section("Losses by epoch", curves(terminal, style), style))
    sections.append(
      section(
        "Events",
        table(
          Report.events(events.filter { !ScoreLines.eventTypes.contains($0.type) }).table.dropping("stage"), terminal),
        style))
    sections.append(section("Environment", environmentLines(terminal), style))
    if let grid, let picture = GridPicture(grid.cells) {
      sections.append(section("Samples after epoch \(grid.epoch)", picture.lines(for: terminal), style))
    }
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  private func section(_ title: String, _ lines: [String], _ style: Style) -> [String] {
    lines.isEmpty ? [] : [style.bold(title)] + lines
  }

  private func heading(_ style: Style, _ terminal: Terminal) -> [String] {
    var facts = [style.emphasised(run.status.rawValue, run.status.emphasis), run.id]
    if let sweep = run.sweep { facts.append("sweep \(sweep)") }
    if run.wallSeconds > 0 { facts.append(readableDuration(seconds: run.wallSeconds)) }
    facts.append("created \(run.createdAt.readable) UTC")
    return [style.bold(run.name)] + (question?.wrapped(to: terminal.width) ?? []) + [facts.joined(separator: " · ")]
  }

  private func note(_ terminal: Terminal) -> [String] {
    guard let note = tags[RunStore.noteTag] else { return [] }
    return note.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { String($0).wrapped(to: terminal.width.map { $0 - 2 }) }.map { "  \($0)".trimmedEnd }
  }

  private func parameters(_ terminal: Terminal) -> [String] {
    let usual = Experiment(name: run.name, settings: [:]).base
    var shown = run.parameters.sorted { $0.key < $1.key }
    if !showsAllParameters { shown.removeAll { usual[$0.key] == $0.value } }
    var lines = pairs(shown.map { ($0.key, $0.value.readable) }, terminal)
    let hidden = run.parameters.count - shown.count
    if hidden > 0 { lines.append(Style(colours: terminal.colours).dim("  and \(hidden) by default (--all)")) }
    return lines
  }

  private func stages(_ terminal: Terminal) -> [String] {
    var stages = Table([
      .init("kind"), .init("hash"), .init("status"),
      .init("time", alignment: .right), .init("note", narrowest: 12),
    ])
    for stage in run.stages {
      let progress = progress[stage.hash]
      var notes = stage.shared ? ["shared with other runs"] : []
      if let end = stage.endEpoch { notes.append("used for its first \(counted(end, "epoch"))") }
      if let attempts = progress?.attempts, attempts > 1 { notes.append("\(attempts) attempts") }
      if let message = progress?.message { notes.append(message) }
      stages.append([
        .init(.string(stage.kind.rawValue)), .init(.string(stage.hash), text: String(stage.hash.prefix(12))),
        .init(.string(stage.status.rawValue), emphasis: stage.status.emphasis),
        .init(.number(progress?.seconds), text: progress.map { readableDuration(seconds: $0.seconds) } ?? "–"),
        .init(.string(notes.joined(separator: ", "))),
      ])
    }
    return table(stages, terminal)
  }

  private func metrics(_ terminal: Terminal) -> [String] {
    var metrics = Table([
      .init("metric"), .init("last", alignment: .right), .init("epoch", alignment: .right),
      .init("least", alignment: .right), .init("greatest", alignment: .right),
    ])
    let byTimestep = run.metrics.keys.filter { $0.contains(".bucket.") }
    let hidden = showsAllParameters ? [] : Set(byTimestep)
    let scored = scores?.keys ?? []
    for (key, metric) in run.metrics.sorted(by: { $0.key < $1.key })
    where !hidden.contains(key) && !scored.contains(key) {
      func cell(_ value: Double?) -> Table.Cell {
        let text = value.map { $0 == $0.rounded() ? $0.readable : $0.rounded(significant: 4) }
        return .init(.number(value), text: text ?? "–")
      }
      metrics.append([
        .init(.string(key)), cell(metric.last), .init(.int(metric.lastStep)), cell(metric.min), cell(metric.max),
      ])
    }
    let more = Style(colours: terminal.colours).dim("  and \(hidden.count) by timestep (--all)")
    return table(metrics, terminal) + (hidden.isEmpty ? [] : [more])
  }

  private var scores: ScoreLines? { ScoreLines(run.metrics, events: events) }

  private func scoreLines(_ terminal: Terminal) -> [String] {
    guard let scores else { return [] }
    let definition = scores.definition.wrapped(to: terminal.width.map { $0 - 2 }).map { "  \($0)" }
    // A path is of use only as a whole.
    return pairs(scores.rows, terminal) + definition + (scores.closestPairs.map { ["  closest pairs: \($0)"] } ?? [])
  }

  private func curves(_ terminal: Terminal, _ style: Style) -> [String] {
    let optimised = run.parameters["training.loss"]?.readable ?? "l1"
    let curves = ["train", "validation"].compactMap { part in
      histories["\(part).\(optimised)"].map { points in
        Curve(name: "\(part).\(optimised)", points: points.map { ($0.step, $0.value) })
      }
    }
    let ends = events.filter { $0.type == "warmup.unfrozen" }.map(\.epoch)
    let spans = events.filter { $0.type == "warmup.frozen" }.map { frozen in
      CurveSpan(name: "frozen", first: frozen.epoch, end: ends.first { $0 > frozen.epoch })
    }
    if terminal.colours != .none {
      return BrailleChart(curves: curves, spans: spans).lines(width: terminal.width ?? 80, style: style)
    }
    let lines = pairs(curves.map { ($0.name, Sparkline(curve: $0, spans: spans).text()) }, terminal)
    return lines + (lines.isEmpty ? [] : spans.map { "  │ \($0.text)" })
  }

  private func environmentLines(_ terminal: Terminal) -> [String] {
    pairs(environment.sorted { $0.key < $1.key }.map { ($0.key, $0.value.readable) }, terminal)
  }

  /// Names and what they stand for, indented, the latter cut at the terminal's edge.
  private func pairs(_ pairs: [(String, String)], _ terminal: Terminal) -> [String] {
    let width = pairs.map(\.0.terminalWidth).max() ?? 0
    return pairs.map { name, text in
      let line = "  \(name.padded(to: width, .left))  \(text)"
      return terminal.width.map { line.elided(to: $0) } ?? line
    }
  }

  private func table(_ table: Table, _ terminal: Terminal) -> [String] {
    if table.rows.isEmpty { return [] }
    let inner = Terminal(width: terminal.width.map { $0 - 2 }, colours: terminal.colours)
    return table.text(for: inner).split(separator: "\n").map { "  \($0)" }
  }
}

extension Table {
  func dropping(_ key: String) -> Table {
    let kept = columns.indices.filter { columns[$0].key != key }
    var table = Table(kept.map { columns[$0] })
    for row in rows { table.append(kept.map { row[$0] }) }
    table.notes = notes
    return table
  }
}
