public import Experiments
import Foundation
import Synchronization

/// A line for each trainer at work and one for the whole, redrawn in place: for terminals.
public final class LiveProgress: LaunchProgress {
  private struct State {
    var launch = LaunchState()
    var labels: StageLabels
    /// Of a search: how far it is.
    var search = ""
    var drawn = 0
    var lastDrawing = Date.distantPast
  }

  private static let secondsBetweenDrawings = 0.1
  private static let barWidth = 20

  private let width: @Sendable () -> Int
  private let write: @Sendable (String) -> Void
  private let state: Mutex<State>

  /// - Parameters:
  ///   - width: the terminal's columns, asked at every drawing.
  ///   - write: takes text with control sequences.
  public init(_ plan: Plan, width: @escaping @Sendable () -> Int, write: @escaping @Sendable (String) -> Void) {
    state = Mutex(State(labels: StageLabels(plan)))
    self.width = width
    self.write = write
  }

  public func note(_ event: LaunchEvent) {
    state.withLock { state in
      let now = Date()
      state.launch.note(event, at: now)
      if case .reported = event, now.timeIntervalSince(state.lastDrawing) < Self.secondsBetweenDrawings { return }
      state.lastDrawing = now
      var text = Self.erase(state.drawn)
      if case .began = event { text += "\u{1B}[?25l" }
      if case .extended(let plan, _) = event {
        state.labels = StageLabels(plan)
        state.search = ", \(plan.progressOfSearch)"
      }
      if let lasting = lasting(event, state.labels) { text += lasting + "\n" }
      switch event {
      case .ended, .aborted:
        state.drawn = 0
        text += "\u{1B}[?25h"
      default:
        let lines = lines(state, now)
        state.drawn = lines.count
        text += lines.map { $0 + "\n" }.joined()
      }
      write(text)
    }
  }

  /// What stays on the screen.
  private func lasting(_ event: LaunchEvent, _ labels: StageLabels) -> String? {
    switch event {
    case .failed(let stage, let message): failure(labels.label(of: stage), message)
    case .retrying(let stage, let message, let retry, let most):
      failure(labels.label(of: stage), message) + "\n  begun again: retry \(retry) of \(most)"
    case .waiting(let stage): waiting(labels.label(of: stage))
    case .leftToSlurm(let stages): leftToSlurm(stages)
    case .stopping: "stopping; Ctrl-C again ends at once"
    case .submitted(let stages, let job): submission(stages, job)
    case .leaving(let tasks): leaving(tasks)
    case .cancelling(let tasks): "cancelling \(tasks) task\(tasks == 1 ? "" : "s")"
    case .ended(let outcome): outcome.summary
    default: nil
    }
  }

  private func lines(_ state: State, _ now: Date) -> [String] {
    let launch = state.launch
    let left = launch.secondsLeft(at: now).map { "  about \(clock($0)) left" } ?? ""
    let whole = "\(Self.bar(launch.fraction))  \(launch.ended) of \(launch.total) stages\(state.search)\(left)"
    return (launch.working.map { line($0, state, now) } + [whole]).map { Self.fit($0, to: width() - 1) }
  }

  private func line(_ working: LaunchState.Working, _ state: State, _ now: Date) -> String {
    var parts = [Self.bar(working.fraction)]
    if let report = working.report {
      if let epoch = report.epoch, let epochs = report.epochs {
        parts.append("epoch \(min(epoch + 1, epochs))/\(epochs)")
      }
      if let speed = report.picturesPerSecond { parts.append("\(rounded(speed)) pictures/s") }
      if let loss = report.loss { parts.append("loss \(rounded(loss))") }
    }
    if let left = state.launch.secondsLeft(working, at: now) { parts.append("\(clock(left)) left") }
    parts.append(state.labels.label(of: working.stage))
    return parts.joined(separator: "  ")
  }

  static func bar(_ fraction: Double) -> String {
    let full = Int((min(max(fraction, 0), 1) * Double(barWidth)).rounded(.down))
    return String(repeating: "━", count: full) + String(repeating: "─", count: barWidth - full)
  }

  /// Cuts a line that would wrap, because a wrapped line cannot be redrawn in place.
  static func fit(_ line: String, to width: Int) -> String {
    line.count <= width ? line : String(line.prefix(max(0, width - 1))) + "…"
  }

  private static func erase(_ lines: Int) -> String {
    lines == 0 ? "" : "\u{1B}[\(lines)A\u{1B}[0J"
  }
}
