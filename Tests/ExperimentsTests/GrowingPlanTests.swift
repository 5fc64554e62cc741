import Testing

@testable import Experiments

@Suite struct `A sweep that is planned again and again` {
  private let scratch: Scratch
  private let experiment: Experiment

  init() throws {
    scratch = try Scratch()
    experiment = try Experiment.load(
      file: scratch.write(
        """
        name: q
        training: {epochs: 6}
        evaluation: {images: 600}
        sampling: {grid: {every_epochs: 2}}
        sweep:
          method: random
          run_cap: 40
          repeats: 2
          parameters:
            training.learning_rate: {distribution: log_uniform_values, min: 1e-6, max: 1}
            conditioning.warmup.epochs: {values: [1, 2, 3, null]}
            model.dropout: {min: 0.0, max: 0.5}
        """))
  }

  private func plan(_ identities: inout RunIdentities, _ trials: [Trial]) throws -> Plan {
    try Plan.make(
      &identities, trials: trials, sourceDigest: { _ in "" }, weightsDigest: { $0 }, known: { _ in KnownTrainings() })
  }

  @Test func `comes to the plan that is made at once`() throws {
    var identities = try RunIdentities(experiment)
    var trials = try Expansion(experiment).trials()
    for (index, end) in [1, 3, nil, 6, 9].enumerated() { trials[index].end = end }
    for count in [0, 1, 5, 20] {
      let grown = try plan(&identities, Array(trials.prefix(count)))
      let anew = try Plan.make(experiment, trials: Array(trials.prefix(count)), sourceDigest: { _ in "" })
      #expect(grown.runs == anew.runs)
      #expect(grown.stages == anew.stages)
      #expect(grown.warnings == anew.warnings)
    }
    // Taken further, in another order.
    trials[0].end = nil
    let again = try plan(&identities, [trials[3], trials[0]])
    #expect(again.runs == (try Plan.make(experiment, trials: [trials[3], trials[0]], sourceDigest: { _ in "" }).runs))
  }

  @Test func `works out each of its runs once`() throws {
    var identities = try RunIdentities(experiment)
    let trials = try Expansion(experiment).trials()
    for count in 1...20 {
      _ = try plan(&identities, Array(trials.prefix(count)))
      #expect(identities.workedOut == 2 * count)
    }
  }

  @Test func `draws once what is known beforehand, and proposes it in that order`() throws {
    var source = try TrialSource(experiment)
    var history: [(trial: Trial, outcome: TrialOutcome)] = []
    while let trial = source.next(after: history) { history.append((trial, .running)) }
    #expect(history.map(\.trial.settings) == (try Expansion(experiment).trials().map(\.settings)))
    #expect(history.count == 20)
  }
}
