import Experiments
import Foundation
import Testing

@testable import Reports

@Suite struct `The end of a launch` {
  private func plan(_ text: String) throws -> Plan {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try Plan.make(Experiment.load(file: file.path), sourceDigest: { _ in "" })
  }

  @Test func `says what failed and why`() throws {
    let plan = try plan("name: q\nsweep: {parameters: {sampling.steps: {values: [5, 10]}}}")
    let train = try #require(plan.stages.first { $0.kind == .train })
    let sample = try #require(plan.stages.last)
    let ending = LaunchEnding(
      plan: plan, runs: [],
      failures: [
        train.hash: "the trainer was killed (signal 9), perhaps for want of memory\nfirst\nlast",
        sample.hash: "the trainer ended with status 1",
      ])
    let lines = ending.text(for: .plain, database: nil).split(separator: "\n").map(String.init)
    #expect(
      lines.contains { $0.hasPrefix("train") && $0.contains("2  q/steps=5") && $0.hasSuffix("want of memory: last") })
    #expect(
      lines.contains { $0.hasPrefix("sample") && $0.contains("1  q/steps=10") && $0.hasSuffix("ended with status 1") })
    #expect(!LaunchEnding(plan: plan, runs: []).text(for: .plain, database: nil).contains("failed"))
  }

  @Test func `of a plan says what a search and an early end make of it`() throws {
    func notes(_ sweep: String) throws -> String {
      let text =
        "name: q\nmodel: {norm_groups: 8}\ntraining: {epochs: 9}\nsweep:\n  metric: {name: train.l1}\n  \(sweep)"
      return PlanListing(try plan(text)).report.table.notes.joined(separator: "\n")
    }
    let parameters = "parameters: {training.learning_rate: {min: 0.001, max: 0.01}}"
    #expect(
      try notes("method: tpe\n  run_cap: 30\n  \(parameters)")
        == """
        tpe: these are drawn at random, of at most 30 runs; the others are proposed after what came of them.
        10 runs, 21 stages: 1 prepare, 10 train, 10 sample.
        Epochs to train: 90 (90 if no run shared anything).
        """)
    #expect(
      try notes("repeats: 2\n  early_terminate: {type: hyperband, min_iter: 2, eta: 2}")
        == """
        early_terminate: by train.l1 after epochs 2, 4, 8 one in 2 goes on.
        2 runs, 11 stages: 1 prepare, 8 train, 2 sample.
        Epochs to train: at most 18 (18 if no run shared anything).
        """)
    #expect(
      try notes("repeats: 2\n  early_terminate: {type: hyperband, min_iter: 9}").hasPrefix(
        "early_terminate: no training is"))
  }
}
