import Experiments
import Foundation
import RunStore
import Testing

@testable import Launching

@Suite(.timeLimit(.minutes(2))) struct `A sweep that learns from its runs` {
  private let workshop: Workshop
  private let store: RunStore

  init() throws {
    workshop = try Workshop()
    store = try workshop.store()
  }

  private static func search(_ cap: Int, rest: String = "") -> String {
    """
    name: q
    sweep:
      method: tpe
      metric: {name: validation.mse}
      run_cap: \(cap)
      parameters: {training.learning_rate: {distribution: log_uniform_values, min: 1e-6, max: 1}}
    \(rest)
    """
  }

  private static let halving = """
    name: h
    training: {epochs: 9}
    sweep:
      metric: {name: validation.mse}
      parameters: {training.learning_rate: {values: [1e-1, 1e-5, 1e-4, 1e-2, 1e-3, 0.5, 1e-6, 2e-3, 5e-3]}}
      early_terminate: {type: hyperband, min_iter: 1}
    """

  private func planner(_ text: String) throws -> Planner {
    let file = workshop.folder.appendingPathComponent("\(UUID().uuidString).yaml")
    try Data(text.utf8).write(to: file)
    return Planner(try Experiment.load(file: file.path), store: store)
  }

  @discardableResult
  private func launch(_ text: String, jobs: Int = 1, faults: [String: String] = [:]) async throws -> LaunchOutcome {
    let planner = try planner(text)
    let search = try #require(try TrialSearch(planner, in: store))
    return try await Launcher(
      store: store, plan: search.plan, search: search, jobs: jobs, trainer: workshop.trainer(faults),
      progress: Collected()
    ).run(interruptions: Interruptions.none)
  }

  /// By name: what a run came to, and when it was left, sorted.
  private func table(_ name: String, in store: RunStore) throws -> [String] {
    try store.members(ofSweep: name).map { member in
      let run = try store.summary(ofRun: member.run)
      let stop = try store.events(ofRun: member.run).first { $0.type == "stopped.early" }
      let reason = stop.map { " \($0.epoch) \($0.payload.json)" } ?? ""
      return "\(run.name) \(run.status) \(member.epochs) \(run.metrics["validation.mse"]?.last ?? .nan)\(reason)"
    }
  }

  @Test func `proposes what is better than what was drawn, and no run twice`() async throws {
    let outcome = try await launch(Self.search(24))
    #expect(outcome.exitStatus == 0)
    let rates = try store.members(ofSweep: "q").compactMap { $0.axes.first?.settings["training.learning_rate"]?.number }
    #expect(rates.count == 24)
    #expect(Set(rates).count == 24)
    let distances = rates.map { abs(log10($0) + 3) }
    #expect(try distances.dropFirst(10).sorted()[3] < #require(distances.prefix(10).min()))
    #expect(workshop.logged("started").count == Set(workshop.logged("started").map(\.hash)).count)

    // The same once more: nothing to do; with a greater cap: only what is new.
    #expect(try await launch(Self.search(24)).executed == 0)
    let before = try store.members(ofSweep: "q").map(\.run)
    let longer = try await launch(Self.search(26))
    #expect(longer.executed == 4)
    #expect(try store.members(ofSweep: "q").map(\.run).prefix(24) == before[...])
  }

  @Test func `goes on after a failed run, and tries that again when it is launched again`() async throws {
    let outcome = try await launch(Self.search(3), faults: ["FAKE_FAULT": "crash", "FAKE_TARGET": "train"])
    #expect(outcome.failures.count == 3)
    #expect(outcome.notExecuted.count == 3)
    #expect(try await launch(Self.search(3)).executed == 6)
    #expect(try store.members(ofSweep: "q").map(\.status) == [.finished, .finished, .finished])
  }

  @Test func `ends where what all its runs need has failed`() async throws {
    let outcome = try await launch(Self.search(4), faults: ["FAKE_FAULT": "crash", "FAKE_TARGET": "prepare"])
    #expect(outcome.failures.map(\.stage.kind) == [.prepare])
    #expect(outcome.executed == 0)
    #expect(try store.members(ofSweep: "q").count == 4)
  }

  @Test func `takes a value of a block for none that leaves other settings as they are`() async throws {
    let text = """
      name: b
      training: {epochs: 3}
      model: {dropout: 0.2}
      sweep:
        metric: {name: validation.mse}
        parameters: {model: {values: [{dropout: 0.2}, {heads: 2}, {heads: 1}]}}
        early_terminate: {type: hyperband, min_iter: 1}
      """
    try await launch(text)
    let before = try store.members(ofSweep: "b").map { "\($0.run) \($0.epochs)" }
    #expect(before.count == 3)
    #expect(try await launch(text).executed == 0)
    #expect(try store.members(ofSweep: "b").map { "\($0.run) \($0.epochs)" } == before)
  }

  @Test func `gives each combination its seeds, and ranks by their mean`() async throws {
    try await launch(Self.search(5, rest: "  repeats: 2"), jobs: 3)
    let members = try store.members(ofSweep: "q")
    #expect(members.map { $0.axes.last?.settings["seed"] } == [0, 1, 0, 1, 0])
    #expect(members.allSatisfy { $0.status == .finished })
  }

  @Test func `starts anew where the settings around it are others`() async throws {
    try await launch(Self.search(2))
    let first = try store.members(ofSweep: "q").map(\.run)
    try await launch(Self.search(2, rest: "model: {dropout: 0.3}"))
    let second = try store.members(ofSweep: "q").map(\.run)
    #expect(second.count == 2)
    #expect(Set(first).isDisjoint(with: second))
    #expect(try store.runs().count == 4)
  }

  @Test(arguments: [1, 3]) func `takes a third of its runs on at each rung, and leaves the others with the reason`(
    jobs: Int
  ) async throws {
    let outcome = try await launch(Self.halving, jobs: jobs)
    #expect(outcome.exitStatus == 0)
    let members = try store.members(ofSweep: "h")
    #expect(members.count == 9)
    #expect(members.allSatisfy { $0.status == .finished })
    let best = try #require(members.first { $0.axes[0].settings["training.learning_rate"] == 1e-3 })
    #expect(best.epochs == 9)
    // At most three more than successive halving in step, which keeps 3 and 1 of 9: asynchronous rungs promote early.
    #expect(members.count { $0.epochs >= 3 } <= 6)
    #expect(members.count { $0.epochs == 1 } >= 3)
    for member in members {
      let stops = try store.events(ofRun: member.run).filter { $0.type == "stopped.early" }
      #expect(stops.count == (member.epochs < 9 ? 1 : 0))
      guard let stop = stops.first else { continue }
      #expect(stop.epoch == member.epochs - 1)
      #expect(
        stop.payload["reason"]?.json.contains("of \(member.epochs == 1 ? 9 : members.count { $0.epochs >= 3 })") == true
      )
      #expect(try store.history(ofRun: member.run, key: "validation.mse").count == member.epochs)
    }
    #expect(try await launch(Self.halving, jobs: jobs).executed == 0)
  }

  @Test func `in strict steps keeps exactly one in eta`() async throws {
    try await launch(Self.halving.replacing("min_iter: 1}", with: "min_iter: 1, strict: true}"), jobs: 2)
    let epochs = try store.members(ofSweep: "h").map(\.epochs)
    #expect(epochs.sorted() == [1, 1, 1, 1, 1, 1, 3, 3, 9])
  }

  @Test func `judged no longer, trains its runs to the end, each epoch once`() async throws {
    try await launch(Self.halving)
    let text = Self.halving.split(separator: "\n").filter { !$0.contains("early_terminate") }.joined(separator: "\n")
    let plan = try planner(text).plan()
    let outcome = try await Launcher(
      store: store, plan: plan, jobs: 2, trainer: workshop.trainer(), progress: Collected()
    ).run(interruptions: Interruptions.none)
    #expect(outcome.exitStatus == 0)
    let members = try store.members(ofSweep: "h")
    #expect(members.allSatisfy { $0.epochs == 9 })
    for member in members {
      #expect(try store.history(ofRun: member.run, key: "validation.mse").map(\.step) == Array(0..<9))
      #expect(try !store.events(ofRun: member.run).contains { $0.type == "stopped.early" })
    }
  }

  private static let both = search(
    14, rest: "  early_terminate: {type: hyperband, min_iter: 1}\ntraining: {epochs: 4}")

  @Test func `killed again and again comes to the table of one that was left alone`() async throws {
    try await launch(Self.both)
    let undisturbed = try table("q", in: store)
    #expect(undisturbed.count == 14)

    let other = try Workshop()
    let trainer = try other.trainer(["FAKE_SECONDS": "0.02"])
    var kills = 0
    while true {
      let process = try LauncherProcess(other, Self.both, trainer: trainer, jobs: 1)
      let ended = Task { try await process.ended().end }
      try await Task.sleep(for: .milliseconds(60 + 97 * kills % 400))
      process.signal(SIGKILL)
      kills += 1
      if try await ended.value == .exited(0) { break }
      try #require(kills < 60)
    }
    #expect(kills > 3)
    let store = try other.store()
    #expect(try table("q", in: store) == undisturbed)
    for hash in Set(other.logged("started").map(\.hash)) {
      #expect(try store.attempts(of: hash).count { $0.status == .finished } == 1)
    }
  }

  @Test func `a launch that has not seen another's promotion doesn't undo it`() async throws {
    try await launch(Self.halving)
    let before = try store.members(ofSweep: "h").map(\.epochs)
    let outdated = try TrialSearch(planner(Self.halving), in: store)
    // Judged no longer, all are taken to their end.
    let whole = Self.halving.replacing("early_terminate: {type: hyperband, min_iter: 1}", with: "")
    let plan = try planner(whole).plan()
    try store.register(plan)
    #expect(before.contains(1))
    var search = try #require(outdated)
    try search.register()
    #expect(try store.members(ofSweep: "h").allSatisfy { $0.epochs == 9 })
  }

  @Test func `passes over what the rules between settings don't allow, from the first`() async throws {
    let text = """
      name: q
      sweep:
        method: tpe
        metric: {name: validation.mse}
        run_cap: 12
        parameters:
          sampling.steps: {min: 10, max: 100}
          diffusion.timesteps: {values: [50, 1000]}
      """
    #expect(try await launch(text).exitStatus == 0)
    let settings = try store.members(ofSweep: "q").map { member in
      member.axes.reduce(into: Parameters()) { $0.merge($1.settings) { $1 } }
    }
    #expect(settings.count == 12)
    #expect(Set(settings.compactMap { $0["diffusion.timesteps"]?.number }) == [50, 1000])
  }

  @Test func `launched twice at once is one sweep`() async throws {
    let text = Self.search(16)
    let first = try LauncherProcess(workshop, text, trainer: workshop.trainer(["FAKE_SECONDS": "0.02"]), jobs: 2)
    let second = try LauncherProcess(workshop, text, trainer: workshop.trainer(["FAKE_SECONDS": "0.02"]), jobs: 2)
    let ends = try await (first.ended(), second.ended())
    #expect(ends.0.end == .exited(0), "\(ends.0.messages)")
    #expect(ends.1.end == .exited(0), "\(ends.1.messages)")
    let members = try store.members(ofSweep: "q")
    #expect(members.count == 16)
    #expect(members.allSatisfy { $0.status == .finished })
    // What one proposed, the other knows of.
    #expect(try store.runs().count == 16)
    #expect(workshop.logged("started").count == Set(workshop.logged("started").map(\.hash)).count)
  }
}
