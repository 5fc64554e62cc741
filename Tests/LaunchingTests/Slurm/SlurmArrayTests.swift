import Experiments
import Testing

@testable import Launching

@Suite struct `Job arrays` {
  private func stages(_ count: Int, _ kind: StageKind) -> [Stage] {
    (0..<count).map { Stage(hash: "\(kind.rawValue) \($0)", kind: kind, parents: [], parameters: [:]) }
  }

  private func shapes(_ arrays: [SlurmArray]) -> [String] {
    arrays.map { "\($0.kind.rawValue) \($0.indices) \($0.dependency ?? "free")" }
  }

  @Test func `of stages that wait for the same are one, cut where an array ends`() {
    let trainings = stages(7, .train)
    let data = SlurmPlace(job: 11, index: 0)
    #expect(shapes(SlurmArray.make(trainings, size: 1000) { _ in [data] }) == ["train 0-6 afterok:11_0"])
    #expect(
      shapes(SlurmArray.make(trainings, size: 5) { _ in [data] })
        == ["train 0-4 afterok:11_0", "train 0-1 afterok:11_0"])
    #expect(shapes(SlurmArray.make(trainings, size: 1000) { _ in [] }) == ["train 0-6 free"])
  }

  @Test func `of stages that follow one task each have their indices`() {
    let samples = stages(6, .sample)
    let places = [0, 1, 2, 4, 5, 9].map { SlurmPlace(job: 12, index: $0) }
    let needs = Dictionary(uniqueKeysWithValues: zip(samples.map(\.hash), places))
    let arrays = SlurmArray.make(samples, size: 1000) { [needs[$0.hash] ?? places[0]] }
    #expect(shapes(arrays) == ["sample 0-2,4-5,9 aftercorr:12"])
    #expect(arrays[0].members.map(\.stage) == samples)
  }

  @Test func `of several stages after each task are as few as one task has followers`() {
    let samples = stages(8, .sample)
    let arrays = SlurmArray.make(samples, size: 1000) { stage in
      [SlurmPlace(job: 12, index: (samples.firstIndex(of: stage) ?? 0) / 2)]
    }
    #expect(shapes(arrays) == ["sample 0-3 aftercorr:12", "sample 0-3 aftercorr:12"])
    #expect(Set(arrays.flatMap { $0.members.map(\.stage.hash) }).count == 8)
    for array in arrays {
      #expect(array.members.allSatisfy { ($0.stage.hash.last?.wholeNumberValue ?? 0) / 2 == $0.index })
    }
  }

  @Test func `wait for what all of them share too`() {
    let scores = stages(3, .evaluate)
    let extractor = SlurmPlace(job: 20, index: 0)
    let arrays = SlurmArray.make(scores, size: 1000) { stage in
      [SlurmPlace(job: 13, index: stage.hash.last?.wholeNumberValue ?? 0), extractor]
    }
    #expect(shapes(arrays) == ["evaluate 0-2 afterok:20_0,aftercorr:13"])
  }

  @Test func `are of one kind`() {
    #expect(
      shapes(SlurmArray.make(stages(2, .sample) + stages(3, .train), size: 9) { _ in [] })
        == ["train 0-2 free", "sample 0-1 free"])
  }

  static let states: [(String, String, SlurmJobState)] = [
    ("PENDING", "Resources", .pending), ("PENDING", "BeginTime", .pending), ("REQUEUED", "None", .pending),
    ("CONFIGURING", "None", .pending), ("RUNNING", "None", .running), ("COMPLETING", "None", .running),
    ("PENDING", "DependencyNeverSatisfied", .hopeless), ("CANCELLED", "DependencyNeverSatisfied", .hopeless),
    ("CANCELLED", "None", .over(.cancelled)), ("COMPLETED", "None", .over(.completed)),
    ("FAILED", "NonZeroExitCode", .over(.failed)), ("TIMEOUT", "TimeLimit", .over(.timedOut)),
    ("OUT_OF_MEMORY", "OutOfMemory", .over(.outOfMemory)), ("NODE_FAIL", "NodeDown", .over(.nodeFailed)),
    ("PREEMPTED", "None", .over(.preempted)),
  ]

  @Test(arguments: states) func `stand as squeue says`(word: String, reason: String, state: SlurmJobState) {
    #expect(SlurmJobState(word, reason: reason) == state)
  }

  @Test func `are looked at less often when nothing changes, every two seconds at least`() {
    var pace = LookPace()
    let seconds = [false, false, false, true].map { hasChanged in
      pace.looked(hasChanged: hasChanged)
      return pace.seconds
    }
    #expect(seconds == [1, 2, 2, 0.5])
  }

  static let ends: [(SlurmJobState.Ending, Int?, begun: Bool, Bool)] = [
    (.completed, nil, true, true), (.completed, 0, true, true), (.forgotten, 0, true, true), (.failed, nil, true, true),
    (.failed, nil, false, true), (.failed, 1, true, false), (.nodeFailed, nil, false, true),
    (.nodeFailed, nil, true, false), (.forgotten, nil, false, true), (.cancelled, nil, false, false),
    (.cancelled, nil, true, false), (.timedOut, 143, false, false),
  ]

  @Test(arguments: ends) func `are waited for where a node may have told more`(
    ending: SlurmJobState.Ending, status: Int?, begun: Bool, isWaitedFor: Bool
  ) {
    #expect(ending.mayTellMore(status: status, begun: begun) == isWaitedFor)
  }

  static let failures: [(SlurmJobState.Ending, Int?, String, Bool)] = [
    (.outOfMemory, 137, "Slurm ended it for want of memory (slurm.memory)", true),
    (.timedOut, nil, "its time was up (slurm.time)", true), (.nodeFailed, nil, "its node failed", true),
    (.preempted, 143, "it was pre-empted", true), (.cancelled, nil, "it was cancelled", false),
    (.failed, 137, "the trainer was killed (signal 9), perhaps for want of memory", true),
    (.failed, 138, "the trainer was ended by signal 10", true), (.failed, 1, "the trainer ended with status 1", false),
    (.forgotten, nil, "Slurm no longer knows the job, which left no word", true),
    (.forgotten, 0, "the trainer ended without finishing the stage", false),
  ]

  @Test(arguments: failures) func `end as Slurm and the script say`(
    ending: SlurmJobState.Ending, status: Int?, sentence: String, isRetried: Bool
  ) {
    let failure = SlurmFailure(ending, status: status)
    #expect(failure.sentence == sentence)
    #expect(failure.isRetried == isRetried)
  }
}
