import Testing

@testable import Experiments

@Suite struct `Trainings` {
  private static let grid = """
    name: grid
    model: {norm_groups: 8}
    conditioning: {label_keep: 0.95}
    training: {epochs: 10}
    sweep:
      parameters:
        sampling.sampler: {values: [ddpm, ddim]}
        sampling.steps: {values: [10, 50, 100]}
        model.dropout: {values: [0, 0.2]}
        conditioning.bottleneck: {values: [null, 32]}
        conditioning.warmup.epochs: {values: [4, 6, 8]}
    """

  private func trainings(_ plan: Plan) -> [Stage] { plan.stages.filter { $0.kind == .train } }

  /// Plans with what an earlier plan's trainings left, all of them finished.
  private func extended(
    _ text: String, after earlier: Plan, kept: ((Stage) -> [Int])? = nil, finished: Bool = true, begun: Bool = true
  ) throws -> Plan {
    let scratch = try Scratch()
    let stages = trainings(earlier)
    let states = stages.flatMap { stage in (kept?(stage) ?? stage.keep).map(stage.state) }
    return try Plan.make(
      Experiment.load(file: scratch.write(text)), sourceDigest: { _ in "" },
      known: { asked in
        KnownTrainings(
          stages.filter { !asked.isDisjoint(with: $0.states.dropFirst()) }
            .map { .init(stage: $0, isFinished: finished, isBegun: begun) },
          kept: finished ? Set(states) : [])
      })
  }

  @Test func `of 72 runs that part by warm-up are 12 models from 4 roots`() throws {
    let plan = try plan(Self.grid)
    #expect(plan.runs.count == 72)
    let trainings = trainings(plan)
    #expect(trainings.map(\.trained.count).reduce(0, +) == 80)
    #expect(trainings.count { $0.trained.lowerBound == 0 } == 4)
    #expect(trainings.count { $0.trained.upperBound == 10 } == 12)
    #expect(
      Set(plan.runs.map { run in run.stages.filter { hash in trainings.contains { $0.hash == hash } }.last }).count
        == 12)
    let ranges = ["0..<4", "4..<10", "4..<6", "6..<10", "6..<10"]
    #expect(trainings.map { "\($0.trained)" }.sorted() == (ranges + ranges + ranges + ranges).sorted())
  }

  @Test func `in parts chain from the data to the last state of each run`() throws {
    let plan = try plan(Self.grid)
    let stages = Dictionary(uniqueKeysWithValues: plan.stages.map { ($0.hash, $0) })
    for run in plan.runs {
      let path = try run.stages.map { try #require(stages[$0]) }
      var (parent, epochs) = (path[0], 0)
      #expect(parent.kind == .prepare)
      for stage in path where stage.kind == .train {
        #expect(stage.parents == [parent.hash])
        #expect(stage.trained.lowerBound == epochs)
        #expect(stage.trained.lowerBound == 0 || stage.states.first == parent.hash)
        #expect(stage.states.last == stage.hash)
        #expect(stage.keep == [stage.trained.upperBound])
        (parent, epochs) = (stage, stage.trained.upperBound)
      }
      #expect(epochs == 10)
      #expect(path.last?.kind == .sample)
      #expect(path.last?.states == [parent.hash])
      #expect(path.last?.parents == [parent.hash])
    }
  }

  @Test func `of ten epochs are the beginning of fifteen, within a plan and across plans`() throws {
    let both = try plan("name: q\nsweep: {parameters: {training.epochs: {values: [10, 15]}}}")
    #expect(trainings(both).map(\.trained) == [0..<10, 10..<15])
    let ten = try plan("name: q")
    let fifteen = try extended("name: q\ntraining: {epochs: 15}", after: ten)
    #expect(trainings(fifteen).map(\.hash) == trainings(both).map(\.hash))
    #expect(trainings(fifteen)[1].parents == [trainings(ten)[0].hash])
    // Without the weights the ten epochs are where to begin all the same.
    let lost = try extended("name: q\ntraining: {epochs: 15}", after: ten, kept: { _ in [] })
    #expect(trainings(lost).map(\.trained) == [0..<10, 10..<15])
  }

  @Test func `end within a longer one that kept the state, or begin at the nearest that it kept`() throws {
    let fifteen = try plan("name: q\ntraining: {epochs: 15}\nsampling: {grid: {every_epochs: 5}}")
    let whole = trainings(fifteen)[0]
    let ten = try extended("name: q", after: fifteen)
    #expect(
      trainings(ten)
        == [whole].map { stage in
          Stage(
            hash: stage.hash, kind: .train, parents: stage.parents, parameters: stage.parameters, epochs: 15,
            states: stage.states, keep: [10, 15])
        })
    #expect(ten.runs[0].ends == [whole.hash: 10])
    #expect(ten.stages.last?.states == [whole.states[10]])
    #expect(ten.stages.last?.parents == [whole.hash])

    let seven = try extended("name: q\ntraining: {epochs: 7}", after: fifteen)
    #expect(trainings(seven).map(\.trained) == [0..<15, 5..<7])
    #expect(seven.runs[0].ends == [whole.hash: 5])
    let gone = try extended("name: q", after: fifteen, kept: { _ in [5, 15] })
    #expect(trainings(gone).map(\.trained) == [0..<15, 5..<10])
    #expect(gone.runs[0].ends == [whole.hash: 5])
  }

  @Test func `keep the range that they were registered with`() throws {
    let one = try plan("name: q\nconditioning: {warmup: {epochs: 4}}")
    let sweep = "name: q\nsweep: {parameters: {conditioning.warmup.epochs: {values: [4, 6]}}}"
    // Finished without its state 4: that is trained anew.
    #expect(trainings(try extended(sweep, after: one)).map(\.trained) == [0..<10, 0..<4, 4..<10])
    // Not begun: it keeps that state for the other.
    let waiting = try extended(sweep, after: one, finished: false, begun: false)
    #expect(trainings(waiting).map(\.trained) == [0..<10, 4..<10])
    #expect(trainings(waiting)[0].keep == [4, 10])
    #expect(waiting.runs[1].ends == [trainings(one)[0].hash: 4])
    // Under way, it may be beyond it.
    #expect(
      trainings(try extended(sweep, after: one, finished: false)).map(\.trained) == [0..<10, 0..<4, 4..<10])
    // The other way round: parts stay parts.
    let parts = try plan(sweep)
    #expect(
      trainings(try extended("name: q\nconditioning: {warmup: {epochs: 4}}", after: parts, finished: false))
        .map(\.trained) == [0..<4, 4..<10])
  }

  @Test func `that nobody shares are one stage each`() throws {
    let apart = try plan("name: q\nsweep: {parameters: {model.dropout: {values: [0, 0.1]}}, repeats: 2}")
    #expect(trainings(apart).map(\.trained) == Array(repeating: 0..<10, count: 4))
    #expect(apart.runs.allSatisfy { $0.stages.count == 3 && $0.ends.isEmpty })
  }

  @Test func `draw their grids from the part that makes the state`() throws {
    let plan = try plan(
      """
      name: q
      training: {epochs: 6}
      sampling: {grid: {every_epochs: 2}}
      sweep: {parameters: {conditioning.warmup.epochs: {values: [2, 3]}}}
      """)
    #expect(trainings(plan).map(\.trained) == [0..<2, 2..<6, 2..<6])
    #expect(trainings(plan).map(\.keep) == [[2], [4, 6], [4, 6]])
    let samples = plan.stages.filter { $0.kind == .sample }
    #expect(samples.map(\.epochs) == [2, 4, 6, 4, 6])
    #expect(plan.runs[1].stages.contains(samples[0].hash))
    #expect(samples[0].parents == [trainings(plan)[0].hash])
  }
}
