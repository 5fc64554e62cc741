import Experiments
import Foundation
import Launching
import RunStore
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Trainings that share epochs` {
  private let workshop: Workshop
  private let store: RunStore

  init() throws {
    workshop = try Workshop()
    store = try workshop.store()
  }

  private static let parting = """
    name: q
    training: {epochs: 6}
    sweep: {parameters: {conditioning.warmup.epochs: {values: [2, 4, 5]}}}
    """

  private func plan(_ text: String) throws -> Plan {
    let file = workshop.folder.appendingPathComponent("\(UUID().uuidString).yaml")
    try Data(text.utf8).write(to: file)
    return try Planner(Experiment.load(file: file.path), store: store).plan()
  }

  private func launch(_ plan: Plan) async throws -> LaunchOutcome {
    try await Launcher(store: store, plan: plan, jobs: 2, trainer: workshop.trainer(), progress: Collected())
      .run(interruptions: Interruptions.none)
  }

  private func trainings(_ plan: Plan) -> [Stage] { plan.stages.filter { $0.kind == .train } }

  private func file(_ state: String) throws -> URL {
    let checkpoint = try #require(try store.checkpoints(ofStates: [state])[state])
    return store.artifacts.appendingPathComponent(checkpoint.path)
  }

  @Test func `train each epoch once, and again only what is lost and needed`() async throws {
    let first = try plan(Self.parting)
    #expect(trainings(first).map(\.trained) == [0..<2, 2..<6, 2..<4, 4..<6, 4..<6])
    #expect(try await launch(first).executed == 9)

    let shared = trainings(first)
    try Data("weight!".utf8).write(to: file(shared[2].hash))
    try FileManager.default.removeItem(at: file(shared[0].hash))
    try FileManager.default.removeItem(at: file(shared[4].hash))
    #expect(try await launch(try plan(Self.parting)).executed == 0)
    let second = try await launch(try plan(Self.parting + "\nsampling: {steps: 7}"))
    #expect(second.executed == 6)
    #expect(
      Set(workshop.logged("started").dropFirst(9).filter { $0.kind == "train" }.map(\.hash))
        == [shared[0].hash, shared[2].hash, shared[4].hash])
  }

  @Test func `prepare their data again where those are gone`() async throws {
    let first = try plan("name: q")
    _ = try await launch(first)
    try FileManager.default.removeItem(at: file(first.stages[0].hash))
    #expect(try await launch(try plan("name: q\nsampling: {steps: 7}")).executed == 2)
    #expect(workshop.logged("started").suffix(2).map(\.kind) == ["prepare", "sample"])
  }

  @Test func `go on from what the store has, and end within it`() async throws {
    _ = try await launch(try plan("name: q\nsampling: {grid: {every_epochs: 4}}"))
    let longer = try plan("name: q\ntraining: {epochs: 15}")
    #expect(trainings(longer).map(\.trained) == [0..<10, 10..<15])
    #expect(try await launch(longer).executed == 2)
    let shorter = try plan("name: q\ntraining: {epochs: 8}")
    #expect(shorter.runs[0].ends.values.sorted() == [8])
    // The grid at epoch 8 is drawn already.
    #expect(try await launch(shorter).executed == 0)
    let between = try plan("name: q\ntraining: {epochs: 6}")
    #expect(trainings(between).map(\.trained) == [0..<10, 4..<6])
    #expect(try await launch(between).executed == 2)
    #expect(try store.runs().allSatisfy { $0.status == .finished })
  }

  @Test func `are named with their epochs`() async throws {
    let collected = Collected()
    let lines = PlainLines()
    let plan = try plan(Self.parting)
    let progress = PlainProgress(plan) { lines.add($0) }
    _ = try await Launcher(store: store, plan: plan, trainer: workshop.trainer(), progress: collected)
      .run(interruptions: Interruptions.none)
    for event in collected.events { progress.note(event) }
    #expect(lines.all.contains("train (epochs 1 to 2): epoch 2 of 2, loss 0.5000"))
    #expect(lines.all.contains("train (epochs 3 to 4): started"))
    #expect(lines.all.contains("train epochs=2 (epochs 3 to 6): epoch 3 of 6, loss 0.5000"))
    let fractions = collected.events.compactMap {
      if case .reported(_, let report) = $0 { report.fraction } else { nil }
    }
    #expect(fractions.allSatisfy { $0 < 1 } && fractions.contains(0.125))
  }
}

private final class PlainLines: Sendable {
  private let kept = Mutex<[String]>([])
  func add(_ line: String) { kept.withLock { $0.append(line) } }
  var all: [String] { kept.withLock { $0 } }
}
