public import Experiments
import Foundation
import Synchronization

/// A line when a stage begins, after each epoch, and when a stage ends: for files and pipes.
public final class PlainProgress: LaunchProgress {
  private let known: Mutex<StageLabels>
  private var labels: StageLabels { known.withLock { $0 } }
  private let write: @Sendable (String) -> Void
  private let reports = Mutex<[String: TrainerReport]>([:])

  /// - Parameter write: takes one line, without its end.
  public init(_ plan: Plan, write: @escaping @Sendable (String) -> Void) {
    known = Mutex(StageLabels(plan))
    self.write = write
  }

  public func note(_ event: LaunchEvent) {
    switch event {
    case .began(let stages, let reused, let jobs):
      let had = reused > 0 ? ", \(reused) done already" : ""
      write("\(stages.count) stages to do\(had)\(jobs > 1 ? ", \(jobs) at a time" : "")")
    case .started(let stage): write("\(labels.label(of: stage)): started")
    case .reported(let stage, let report):
      let last = reports.withLock { $0.updateValue(report, forKey: stage.hash) }
      if let last, last.epoch != report.epoch { writeEpoch(last, stage) }
    case .retrying(let stage, let message, let retry, let most):
      write(failure(labels.label(of: stage), message) + "\n  begun again: retry \(retry) of \(most)")
    case .extended(let plan, let stages):
      known.withLock { $0 = StageLabels(plan) }
      write("\(plan.progressOfSearch): \(stages.count) more stage\(stages.count == 1 ? "" : "s")")
    case .waiting(let stage): write(waiting(labels.label(of: stage)))
    case .leftToSlurm(let stages): write(leftToSlurm(stages))
    case .reused(let stage): write("\(labels.label(of: stage)): done by another process")
    case .finished(let stage, let seconds):
      if let last = reports.withLock({ $0.removeValue(forKey: stage.hash) }) { writeEpoch(last, stage) }
      write("\(labels.label(of: stage)): done in \(clock(seconds))")
    case .failed(let stage, let message): write(failure(labels.label(of: stage), message))
    case .stopped(let stage): write("\(labels.label(of: stage)): stopped")
    case .notExecuted(let stage):
      write("\(labels.label(of: stage)): not executed, for want of a stage that it needs")
    case .submitted(let stages, let job): write(submission(stages, job))
    case .requeued(let stage): write("\(labels.label(of: stage)): taken off its node; it goes on on another")
    case .stopping: write("stopping; Ctrl-C again ends at once")
    case .leaving(let tasks): write(leaving(tasks))
    case .cancelling(let tasks): write("cancelling \(tasks) task\(tasks == 1 ? "" : "s")")
    case .ended(let outcome): write(outcome.summary)
    case .aborted: break
    }
  }

  private func writeEpoch(_ report: TrainerReport, _ stage: Stage) {
    guard let epoch = report.epoch, let epochs = report.epochs else { return }
    let loss = report.loss.map { ", loss \(rounded($0))" } ?? ""
    let speed = report.picturesPerSecond.map { ", \(rounded($0)) pictures/s" } ?? ""
    write("\(labels.label(of: stage)): epoch \(min(epoch + 1, epochs)) of \(epochs)\(loss)\(speed)")
  }
}

/// Of a stage that another launch executes.
func waiting(_ label: String) -> String { "\(label): another process is at it; waiting for its result" }

func leftToSlurm(_ stages: [Stage]) -> String {
  "\(stages.count) stage\(stages.count == 1 ? " is" : "s are") with Slurm, and left to it; --launcher slurm follows"
}

/// What Slurm has taken.
func submission(_ stages: [Stage], _ job: Int) -> String {
  let kinds = StageKind.allCases.filter { kind in stages.contains { $0.kind == kind } }.map(\.rawValue)
  return "Slurm's job \(job): \(stages.count) task\(stages.count == 1 ? "" : "s") (\(kinds.joined(separator: ", ")))"
}

func leaving(_ tasks: Int) -> String {
  "leaving; \(tasks) task\(tasks == 1 ? "" : "s") go on in Slurm, and the same command follows them again; "
    + "Ctrl-C again now cancels them"
}

/// A failed stage with the trainer's last words below it.
func failure(_ label: String, _ message: String) -> String {
  let lines = message.split(separator: "\n")
  return (["\(label): \(lines.first ?? "failed")"] + lines.dropFirst().map { "  | \($0)" }).joined(separator: "\n")
}

extension Plan {
  /// How many of its combinations, at most so many, a search has come to.
  var progressOfSearch: String {
    let most = (try? TrialSource(experiment))?.mostTrials ?? 0
    return "\(runsOfTrials.count) of \(most) combinations"
  }
}

extension LaunchOutcome {
  /// One line for the end.
  var summary: String {
    var parts = ["\(executed) stages executed"]
    if reused > 0 { parts.append("\(reused) done already") }
    if !failures.isEmpty { parts.append("\(failures.count) failed") }
    if !notExecuted.isEmpty { parts.append("\(notExecuted.count) not executed") }
    if goingOn > 0 { parts.append("\(goingOn) going on in Slurm") }
    return (wasInterrupted && goingOn > 0 ? "left: " : wasInterrupted ? "stopped: " : "")
      + parts.joined(separator: ", ")
  }
}
