import Experiments
import Foundation
import Launching
import RunStore
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Evaluations that are launched` {
  private let workshop: Workshop
  private let store: RunStore

  init() throws {
    workshop = try Workshop()
    store = try workshop.store()
  }

  private static let evaluated = "name: q\ntraining: {epochs: 3}\nevaluation: {images: 512}"

  private func launch(_ text: String) async throws -> [String] {
    let before = workshop.logged("started").count
    let plan = try workshop.plan(text)
    let outcome = try await Launcher(
      store: store, plan: plan, jobs: 2, trainer: workshop.trainer(), progress: Collected()
    ).run(interruptions: Interruptions.none)
    let started = workshop.logged("started").dropFirst(before).map(\.kind)
    #expect(outcome.executed == started.count)
    return started.sorted()
  }

  private func remove(_ kind: StageKind) throws {
    let stage = try #require(try workshop.plan(Self.evaluated).stages.first { $0.kind == kind })
    let file = try #require(try store.checkpoints(ofStates: [stage.hash])[stage.hash])
    try FileManager.default.removeItem(at: store.artifacts.appendingPathComponent(file.path))
  }

  @Test func `train and draw nothing again for another score, or where an evaluation is added`() async throws {
    #expect(try await launch("name: q\ntraining: {epochs: 3}") == ["prepare", "sample", "train"])
    #expect(try await launch(Self.evaluated) == ["draw", "evaluate", "extractor"])
    #expect(try await launch(Self.evaluated) == [])
    #expect(
      try await launch("name: q\ntraining: {epochs: 3}\nevaluation: {images: 512, metrics: [kid]}") == ["evaluate"])
    #expect(
      try await launch("name: q\ntraining: {epochs: 3}\nsampling: {steps: 7}\nevaluation: {images: 512}")
        == ["draw", "evaluate", "sample"])
  }

  @Test func `do again only what made the file that is gone`() async throws {
    _ = try await launch(Self.evaluated)
    for kind in [StageKind.extractor, .draw] { try remove(kind) }
    #expect(try await launch(Self.evaluated) == [])
    #expect(
      try await launch("name: q\ntraining: {epochs: 3}\nevaluation: {images: 512, metrics: [kid]}")
        == ["draw", "evaluate", "extractor"])
    try remove(.extractor)
    #expect(
      try await launch("name: q\ntraining: {epochs: 3}\nevaluation: {images: 512, metrics: [fid]}")
        == ["evaluate", "extractor"])
    try remove(.prepare)
    #expect(
      try await launch("name: q\ntraining: {epochs: 3}\nevaluation: {images: 512, metrics: [density]}")
        == ["evaluate", "prepare"])
  }
}
