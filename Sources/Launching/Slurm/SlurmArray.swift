import Experiments

/// Where a submitted stage is: a task of a job.
struct SlurmPlace: Hashable {
  let job: Int
  let index: Int

  var name: String { "\(job)_\(index)" }
}

/// Stages that are submitted together, as tasks of one job.
struct SlurmArray: Equatable {
  let kind: StageKind
  /// By index, ascending.
  let members: [(index: Int, stage: Stage)]
  /// Tasks that all members wait for.
  let needs: Set<SlurmPlace>
  /// A job whose task of the same index each member waits for.
  let counterpart: Int?

  /// As `sbatch --dependency` takes it; nil where nothing is waited for.
  var dependency: String? {
    var parts: [String] = []
    let tasks = needs.sorted { ($0.job, $0.index) < ($1.job, $1.index) }
    if !tasks.isEmpty { parts.append("afterok:" + tasks.map(\.name).joined(separator: ":")) }
    if let counterpart { parts.append("aftercorr:\(counterpart)") }
    return parts.isEmpty ? nil : parts.joined(separator: ",")
  }

  /// As `sbatch --array` takes it: `0-3,7`.
  var indices: String {
    var runs: [ClosedRange<Int>] = []
    for (index, _) in members {
      if let last = runs.last, index == last.upperBound + 1 {
        runs[runs.count - 1] = last.lowerBound...index
      } else {
        runs.append(index...index)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  static func == (left: SlurmArray, right: SlurmArray) -> Bool {
    left.kind == right.kind && left.needs == right.needs && left.counterpart == right.counterpart
      && left.members.map(\.index) == right.members.map(\.index)
      && left.members.map(\.stage) == right.members.map(\.stage)
  }

  /// As few jobs as these stages fit into. Of one job all tasks wait for the same tasks, or each for the one of its own
  /// index in another job; so stages are put together that wait for the same, or one after each task of a job.
  ///
  /// - Parameters:
  ///   - needs: the tasks that a stage waits for, the one that sets it apart first.
  ///   - size: how many indices a job may have.
  static func make(_ stages: [Stage], size: Int, needs: (Stage) -> [SlurmPlace]) -> [SlurmArray] {
    StageKind.allCases.flatMap { kind in
      let own = stages.filter { $0.kind == kind }
      let (alike, apart) = (sharing(own, kind, size, needs), corresponding(own, kind, needs))
      return apart.map { $0.count < alike.count ? $0 : alike } ?? alike
    }
  }

  private static func sharing(
    _ stages: [Stage], _ kind: StageKind, _ size: Int, _ needs: (Stage) -> [SlurmPlace]
  ) -> [SlurmArray] {
    grouped(stages) { Set(needs($0)) }.flatMap { needs, group in
      stride(from: 0, to: group.count, by: size).map { first in
        let part = group[first..<min(first + size, group.count)]
        return SlurmArray(
          kind: kind, members: part.enumerated().map { ($0.offset, $0.element) }, needs: needs, counterpart: nil)
      }
    }
  }

  /// Nil where a stage waits for nothing.
  private static func corresponding(
    _ stages: [Stage], _ kind: StageKind, _ needs: (Stage) -> [SlurmPlace]
  ) -> [SlurmArray]? {
    struct Key: Hashable {
      let job: Int
      let others: Set<SlurmPlace>
      /// Of the stages after one task.
      let turn: Int
    }
    var turns: [[SlurmPlace]: Int] = [:]
    var keys: [String: Key] = [:]
    for stage in stages {
      let needs = needs(stage)
      guard let first = needs.first else { return nil }
      let others = Set(needs.dropFirst())
      let place = [first] + others.sorted { ($0.job, $0.index) < ($1.job, $1.index) }
      keys[stage.hash] = Key(job: first.job, others: others, turn: turns[place, default: 0])
      turns[place, default: 0] += 1
    }
    return grouped(stages) { keys[$0.hash] }.compactMap { key, group in
      guard let key else { return nil }
      let members = group.compactMap { stage in needs(stage).first.map { (index: $0.index, stage: stage) } }
      return SlurmArray(
        kind: kind, members: members.sorted { $0.index < $1.index }, needs: key.others, counterpart: key.job)
    }
  }

  /// In the order in which keys first come.
  private static func grouped<Key: Hashable>(_ stages: [Stage], _ key: (Stage) -> Key) -> [(Key, [Stage])] {
    var order: [Key] = []
    var groups: [Key: [Stage]] = [:]
    for stage in stages {
      let key = key(stage)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(stage)
    }
    return order.map { ($0, groups[$0] ?? []) }
  }
}
