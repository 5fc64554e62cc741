import Experiments
import Foundation

/// What is known while a plan is executed, put together from its events.
struct LaunchState {
  struct Working {
    let stage: Stage
    let start: Date
    var report: TrainerReport?

    var fraction: Double { report?.fraction ?? 0 }
  }

  private(set) var working: [Working] = []
  private(set) var total = 0
  private(set) var ended = 0
  private(set) var jobs = 1
  private var toDo: [String: Stage] = [:]
  private var spent: [StageKind: (seconds: Double, work: Double)] = [:]

  mutating func note(_ event: LaunchEvent, at now: Date) {
    switch event {
    case .began(let stages, _, let jobs):
      total = stages.count
      toDo = Dictionary(uniqueKeysWithValues: stages.map { ($0.hash, $0) })
      self.jobs = jobs
    case .started(let stage): working.append(Working(stage: stage, start: now))
    case .reported(let stage, let report):
      guard let index = working.firstIndex(where: { $0.stage.hash == stage.hash }) else { return }
      working[index].report = report
    case .finished(let stage, let seconds):
      spent[stage.kind, default: (0, 0)].seconds += seconds
      spent[stage.kind, default: (0, 0)].work += Self.work(stage)
      end(stage)
    case .failed(let stage, _), .reused(let stage), .stopped(let stage), .notExecuted(let stage): end(stage)
    case .leftToSlurm(let stages): stages.forEach { end($0) }
    case .retrying(let stage, _, _, _), .requeued(let stage): working.removeAll { $0.stage.hash == stage.hash }
    case .extended(_, let stages):
      total += stages.count
      toDo.merge(stages.map { ($0.hash, $0) }) { $1 }
    case .submitted, .waiting, .stopping, .leaving, .cancelling, .ended, .aborted: break
    }
  }

  /// Share of the stages that are through, counting those at work in part, 0…1.
  var fraction: Double {
    guard total > 0 else { return 1 }
    return (Double(ended) + working.map(\.fraction).reduce(0, +)) / Double(total)
  }

  /// Of one stage at work; nil until it has come a little way.
  func secondsLeft(_ working: Working, at now: Date) -> Double? {
    guard working.fraction > 0.01 else { return nil }
    return now.timeIntervalSince(working.start) * (1 - working.fraction) / working.fraction
  }

  /// Of the whole; nil until each kind of work to do has been seen.
  func secondsLeft(at now: Date) -> Double? {
    var spent = spent
    var left: [StageKind: Double] = [:]
    for stage in toDo.values { left[stage.kind, default: 0] += Self.work(stage) }
    for one in working {
      let work = Self.work(one.stage) * one.fraction
      left[one.stage.kind, default: 0] -= work
      spent[one.stage.kind, default: (0, 0)].seconds += now.timeIntervalSince(one.start)
      spent[one.stage.kind, default: (0, 0)].work += work
    }
    var seconds = 0.0
    for (kind, work) in left where work > 0 {
      guard let known = spent[kind], known.work > 0 else { return nil }
      seconds += work * known.seconds / known.work
    }
    return seconds / Double(max(1, min(jobs, toDo.count)))
  }

  private mutating func end(_ stage: Stage) {
    working.removeAll { $0.stage.hash == stage.hash }
    if toDo.removeValue(forKey: stage.hash) != nil { ended += 1 }
  }

  /// In epochs, or in steps of the sampler a picture; what takes seconds at any rate counts for nothing.
  private static func work(_ stage: Stage) -> Double {
    switch stage.kind {
    case .prepare, .extractor, .evaluate: 0
    case .train: Double(stage.trained.count)
    case .sample: stage.parameters["sampling.steps"]?.number ?? 1
    case .draw:
      (stage.parameters["sampling.steps"]?.number ?? 1) * (stage.parameters["evaluation.images"]?.number ?? 1)
    }
  }
}

/// `1:02:03` or `2:03`.
func clock(_ seconds: Double) -> String {
  let whole = Int(min(max(seconds, 0), 1e9).rounded())
  let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
  let tail = rest < 10 ? "0\(rest)" : "\(rest)"
  guard hours > 0 else { return "\(minutes):\(tail)" }
  return "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(tail)"
}

/// A number with about three digits.
func rounded(_ value: Double) -> String {
  guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
  let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 1 ? 2 : 4
  return String(format: "%.\(digits)f", value)
}
