import Experiments

/// Which stages are to be done, and which of them can be.
struct StageQueue {
  private enum State {
    case waiting
    case running
    case done
    case failed
  }

  /// In the plan's order, each after its parents.
  private(set) var stages: [Stage]
  private var preparations: [String: String]
  private var states: [String: State]

  /// - Parameters:
  ///   - stages: those to be done. Parents that are not among them are done.
  ///   - preparations: the plan's. A stage needs its data even where all between the two is done.
  init(_ stages: [Stage], preparations: [String: String]) {
    self.stages = stages
    self.preparations = preparations
    states = Dictionary(uniqueKeysWithValues: stages.map { ($0.hash, .waiting) })
  }

  /// Stages not begun whose parents are done, in order.
  var ready: [Stage] {
    stages.filter { stage in
      states[stage.hash] == .waiting && needs(of: stage).allSatisfy { states[$0, default: .done] == .done }
    }
  }

  /// Stages not begun, ready or not.
  var waiting: [Stage] {
    stages.filter { states[$0.hash] == .waiting }
  }

  /// Stages still to be executed, or being so.
  var openCount: Int { stages.count { isOpen($0.hash) } }

  /// Hashes of what must be done before, the stage's parents first.
  func needs(of stage: Stage) -> [String] {
    stage.parents + (preparations[stage.hash].flatMap { stage.parents.contains($0) ? nil : [$0] } ?? [])
  }

  /// Whether a stage is still to be executed, or being so.
  func isOpen(_ stage: String) -> Bool { states[stage] == .waiting || states[stage] == .running }

  /// Whether nothing is to be done of it, or no longer.
  func isDone(_ stage: String) -> Bool { states[stage, default: .done] == .done }

  /// Adds stages as `init` takes them.
  /// - Returns: those that were not there, and of these the ones that cannot be done, since a parent has failed.
  mutating func extend(with stages: [Stage], preparations: [String: String]) -> (new: [Stage], lost: [Stage]) {
    let new = stages.filter { states[$0.hash] == nil }
    self.stages += new
    self.preparations.merge(preparations) { $1 }
    for stage in new { states[stage.hash] = .waiting }
    return (new, failDescendants())
  }

  /// The stage is to be begun again.
  mutating func wait(_ stage: Stage) {
    states[stage.hash] = .waiting
  }

  mutating func start(_ stage: Stage) {
    states[stage.hash] = .running
  }

  mutating func finish(_ stage: Stage) {
    states[stage.hash] = .done
  }

  /// Returns the stages that now cannot be done.
  mutating func fail(_ stage: Stage) -> [Stage] {
    states[stage.hash] = .failed
    return failDescendants()
  }

  private mutating func failDescendants() -> [Stage] {
    var lost: [Stage] = []
    for other in stages
    where states[other.hash] == .waiting && needs(of: other).contains(where: { states[$0] == .failed }) {
      states[other.hash] = .failed
      lost.append(other)
    }
    return lost
  }
}
