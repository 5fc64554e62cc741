/// Cuts the chains of states that a plan's runs go through into train stages: where two runs part, where one ends, where
/// the store has a state already, and where it is judged which runs go on.
///
/// States are named by all that led to them, so runs that share a state share all states before it: the chains are
/// trees, and how a chain is cut up to a state depends on that state alone.
struct TrainingCuts {
  /// A train stage, and how far a run uses it.
  struct Segment {
    /// Nil where the stage is new.
    let known: Stage?
    /// Epochs that the stage trains before `end`, 0-based.
    let epochs: Range<Int>
  }

  private var cuts: Set<String> = []
  private var ending: [String: Stage] = [:]
  private var passing: [String: Stage] = [:]

  /// - Parameters:
  ///   - chains: each with the states 0…N of a run.
  ///   - rungs: epochs after which runs are judged.
  init(_ chains: [[String]], _ known: KnownTrainings, rungs: [Int] = []) {
    var followers: [String: String] = [:]
    var ends: Set<String> = []
    for chain in chains where ends.insert(chain[chain.count - 1]).inserted {
      for (state, follower) in zip(chain, chain.dropFirst()) {
        if followers.updateValue(follower, forKey: state) ?? follower != follower { cuts.insert(state) }
      }
    }
    cuts.formUnion(ends)
    for chain in chains { cuts.formUnion(rungs.filter { $0 < chain.count }.map { chain[$0] }) }
    for training in known.trainings.sorted(by: { $0.stage.hash < $1.stage.hash }) {
      let stage = training.stage
      ending[stage.hash] = stage
      for epochs in stage.trained.dropFirst() {
        let state = stage.state(after: epochs)
        let isKept =
          training.isFinished
          ? known.kept.contains(state)
          : ends.contains(stage.hash) && (!training.isBegun || stage.keep.contains(epochs))
        if isKept, passing[state] == nil { passing[state] = stage }
      }
    }
  }

  /// In the order in which they are executed.
  func segments(of chain: [String]) -> [Segment] {
    var segments: [Segment] = []
    var end = chain.count - 1
    while end > 0 {
      let known = ending[chain[end]] ?? passing[chain[end]]
      let first = known?.trained.lowerBound ?? (1..<end).last { isStart(chain[$0]) } ?? 0
      segments.append(Segment(known: known, epochs: first..<end))
      end = first
    }
    return segments.reversed()
  }

  private func isStart(_ state: String) -> Bool {
    cuts.contains(state) || ending[state] != nil || passing[state] != nil
  }
}
