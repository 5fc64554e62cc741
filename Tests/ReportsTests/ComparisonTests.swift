import Experiments
import Testing

@testable import Reports

@Suite struct ComparisonTests {
  /// A finished run whose training is shared by runs of equal dropout and seed.
  private func run(
    seed: Int, sampler: String = "ddim", steps: Int = 10, dropout: Double = 0, l1: Double, seconds: Double = 1
  ) -> ComparedRun {
    ComparedRun(
      seed: seed,
      parameters: [
        "seed": .int(seed), "data.seed": 0, "model.dropout": .double(dropout), "conditioning.dropout": 0.1,
        "sampling.sampler": .string(sampler), "sampling.steps": .int(steps), "sampling.eta": 0.0,
      ],
      metrics: [
        "validation.l1": .init(l1, stage: "train \(dropout) \(seed)"),
        "sample.seconds": .init(seconds, stage: "sample \(sampler) \(steps) \(dropout) \(seed)"),
      ])
  }

  @Test func `paired differences and their intervals are scipy's`() throws {
    for sample in try golden("samples.json", as: [StatisticsTests.Sample].self) {
      var runs: [ComparedRun] = []
      for (seed, value) in sample.values.enumerated() { runs.append(run(seed: seed, dropout: 0.2, l1: value)) }
      // In another order: pairs are found by seed.
      for (seed, value) in sample.others.enumerated().reversed() { runs.append(run(seed: seed, l1: value)) }
      let comparison = try Comparison(
        of: runs, by: ["model.dropout"], metrics: ["validation.l1"], baseline: ["model.dropout=0"])
      let group = comparison.groups[1]
      let tolerance = 1e-10 * max(abs(sample.mean), sample.high - sample.low)
      let estimate = try #require(group.estimates["validation.l1"])
      #expect(abs(estimate.mean - sample.mean) <= tolerance)
      let difference = try #require(group.differences["validation.l1"])
      let interval = try #require(difference.interval)
      #expect(abs(try #require(difference.mean) - sample.difference) <= tolerance)
      #expect(abs(interval.lowerBound - sample.differenceLow) <= tolerance)
      #expect(abs(interval.upperBound - sample.differenceHigh) <= tolerance)
    }
  }

  @Test func `runs that share a training are one measurement of it`() throws {
    // Three samplers of one training must not outweigh the other training of the same seed.
    var runs = [("ddim", 10), ("ddim", 50), ("ddpm", 1000)].map { run(seed: 1, sampler: $0.0, steps: $0.1, l1: 0.2) }
    runs.append(run(seed: 1, dropout: 0.5, l1: 0.6))
    runs.append(run(seed: 2, l1: 0.4))
    let comparison = try Comparison(of: runs, by: ["sampling.eta"], metrics: ["validation.l1"])
    let group = try #require(comparison.groups.first)
    #expect(group.seedCount == 2)
    #expect(group.estimates["validation.l1"]?.mean == 0.4)
    #expect(group.estimates["validation.l1"]?.count == 2)
  }

  @Test func `verdicts know each metric's direction and need an interval without 0`() throws {
    var runs: [ComparedRun] = []
    for seed in 1...3 {
      let noise = 0.001 * Double(seed)
      runs.append(run(seed: seed, l1: 0.5 + noise, seconds: 9))
      runs.append(run(seed: seed, dropout: 0.1, l1: 0.4 + 2 * noise, seconds: 9 + (seed == 2 ? 1 : -1)))
      runs.append(run(seed: seed, dropout: 0.2, l1: 0.6 + 2 * noise, seconds: 8))
    }
    let comparison = try Comparison(
      of: runs, by: ["model.dropout"], metrics: ["l1", "seconds"], baseline: ["dropout=0.0"])
    #expect(comparison.groups.map(\.isBaseline) == [true, false, false])
    #expect(comparison.groups[0].differences.isEmpty)
    #expect(comparison.groups[1].differences["validation.l1"]?.verdict == .better)
    #expect(comparison.groups[2].differences["validation.l1"]?.verdict == .worse)
    #expect(comparison.groups[1].differences["sample.seconds"]?.reason == .intervalTooWide)
    #expect(comparison.groups[2].differences["sample.seconds"]?.verdict == .better)

    let reversed = try Comparison(
      of: runs, by: ["model.dropout"], metrics: ["l1"], baseline: ["dropout=0"],
      directions: ["validation.l1": .higherIsBetter])
    #expect(reversed.groups[1].differences["validation.l1"]?.verdict == .worse)
  }

  @Test func `nothing is decided on one seed, on no common seed, or on shared stages, and it says why`() throws {
    let oneSeed = [run(seed: 1, l1: 0.5), run(seed: 1, dropout: 0.2, l1: 0.1), run(seed: 2, dropout: 0.3, l1: 0.1)]
    let comparison = try Comparison(
      of: oneSeed, by: ["model.dropout"], metrics: ["validation.l1"], baseline: ["model.dropout=0"])
    let alone = comparison.groups[1]
    #expect(alone.estimates["validation.l1"]?.deviation == nil)
    #expect(alone.differences["validation.l1"]?.verdict == .undecided)
    #expect(alone.differences["validation.l1"]?.reason == .oneCommonSeed)
    #expect(comparison.groups[2].differences["validation.l1"]?.reason == .noCommonSeed)
    #expect(comparison.notes.contains { $0.contains("one seed in both groups does not tell how much seeds differ") })

    let shared = (1...3).flatMap { seed in
      [run(seed: seed, l1: 0.1 * Double(seed)), run(seed: seed, sampler: "ddpm", l1: 0.1 * Double(seed))]
    }
    let samplers = try Comparison(
      of: shared, by: ["sampler"], metrics: ["validation.l1"], baseline: ["sampler=ddpm"])
    #expect(samplers.groups[0].differences["validation.l1"]?.reason == .sameStages)
  }

  @Test func `a block is one axis: its settings that differ`() throws {
    let runs = [
      run(seed: 1, sampler: "ddpm", steps: 1000, l1: 0.1), run(seed: 1, sampler: "ddim", steps: 10, l1: 0.1),
      run(seed: 1, sampler: "ddim", steps: 5, l1: 0.1),
    ]
    let comparison = try Comparison(of: runs, by: ["sampling"], metrics: ["sample.seconds"])
    #expect(comparison.by == ["sampling"])
    #expect(comparison.keys == ["sampling.sampler", "sampling.steps"])
    #expect(comparison.groups.map(\.values) == [["ddim", 5], ["ddim", 10], ["ddpm", 1000]])
    #expect(throws: InputError("no setting of 'data' differs between these runs")) {
      try Comparison(of: runs, by: ["data"], metrics: [])
    }
  }

  @Test func `short names mean what differs, and are refused where they mean two things`() throws {
    let varied = [run(seed: 1, l1: 0.1), run(seed: 1, dropout: 0.2, l1: 0.1)]
    #expect(try Comparison(of: varied, by: ["dropout"], metrics: []).keys == ["model.dropout"])
    let equal = [run(seed: 1, l1: 0.1)]
    #expect(throws: InputError("the parameter 'dropout' may be conditioning.dropout or model.dropout: write which")) {
      try Comparison(of: equal, by: ["dropout"], metrics: [])
    }
    #expect(throws: InputError("unknown parameter 'qqqqqq'")) {
      try Comparison(of: equal, by: ["qqqqqq"], metrics: [])
    }
    #expect(throws: InputError("unknown parameter 'samplr'", suggestion: "sampling.sampler")) {
      try Comparison(of: equal, by: ["samplr"], metrics: [])
    }
    #expect(throws: InputError("unknown metric 'validation.l2'", suggestion: "validation.l1")) {
      try Comparison(of: equal, by: ["seed"], metrics: ["validation.l2"])
    }
  }

  @Test func `a baseline that several groups have is taken within the other axes`() throws {
    var runs: [ComparedRun] = []
    for (sampler, steps) in [("ddpm", 1000), ("ddim", 10)] {
      for dropout in [0, 0.2] {
        let seconds = Double(steps) + dropout
        runs += (1...2).map { run(seed: $0, sampler: sampler, steps: steps, dropout: dropout, l1: 0, seconds: seconds) }
      }
    }
    let comparison = try Comparison(
      of: runs, by: ["sampling", "dropout"], metrics: ["sample.seconds"], baseline: ["sampler=ddpm"])
    let differences = comparison.groups.map { $0.differences["sample.seconds"]?.mean }
    #expect(differences == [-990, -990, nil, nil])
    let apart = try Comparison(
      of: runs, by: ["sampler", "steps", "dropout"], metrics: ["sample.seconds"], baseline: ["sampler=ddpm"])
    #expect(apart.groups.map { $0.differences["sample.seconds"]?.mean } == [-990, -990, nil, nil])
    #expect(apart.groups.map(\.isBaseline) == [false, false, true, true])
    #expect(
      throws: InputError(
        "no group has sampling.sampler=ddpn; there are ddim, ddpm", suggestion: "sampling.sampler=ddpm")
    ) {
      try Comparison(of: runs, by: ["sampling"], metrics: [], baseline: ["sampler=ddpn"])
    }
  }

  @Test func `JSON and CSV have the design's shape`() throws {
    let runs = (1...2).flatMap { seed in
      [run(seed: seed, l1: 0.5), run(seed: seed, dropout: 0.25, l1: 0.25)]
    }
    let comparison = try Comparison(
      of: runs, by: ["model.dropout"], metrics: ["validation.l1"], baseline: ["model.dropout=0"])
    let json = try Value(json: comparison.report.text(as: .json, for: .plain))
    #expect(
      json == [
        "by": ["model.dropout"], "metrics": ["validation.l1"],
        "groups": [
          [
            "params": ["model.dropout": 0.0], "n": 2, "pictures_seen": nil, "training_seconds": nil,
            "metrics": ["validation.l1": ["mean": 0.5, "sd": 0.0, "low": 0.5, "high": 0.5, "best": false]],
          ],
          [
            "params": ["model.dropout": 0.25], "n": 2, "pictures_seen": nil, "training_seconds": nil,
            "metrics": [
              "validation.l1": [
                "mean": 0.25, "sd": 0.0, "low": 0.25, "high": 0.25, "best": true, "difference": -0.25,
                "difference_low": -0.25, "difference_high": -0.25, "delta": 0.005, "verdict": "better",
                "seeds_to_decide": nil,
              ]
            ],
          ],
        ],
        "effects": [], "notes": .list(comparison.notes.map(Value.string)),
      ])
    let lines = comparison.report.text(as: .csv, for: .plain).split(separator: "\r\n").map(String.init)
    #expect(
      lines[0] == "model.dropout,n,pictures_seen,training_seconds,validation.l1.mean,validation.l1.sd,"
        + "validation.l1.low,validation.l1.high,validation.l1.best,validation.l1.difference,"
        + "validation.l1.difference_low,validation.l1.difference_high,validation.l1.delta,validation.l1.verdict,"
        + "validation.l1.seeds_to_decide")
    #expect(lines[1] == "0.0,2,,,0.5,0.0,0.5,0.5,false,,,,,,")
    #expect(lines[2] == "0.25,2,,,0.25,0.0,0.25,0.25,true,-0.25,-0.25,-0.25,0.005,better,")
  }

  @Test func `what varies alike in every group is averaged over, what does not is refused by name`() throws {
    let runs = [0, 0.2].flatMap { dropout in
      [run(seed: 1, dropout: dropout, l1: 0.1), run(seed: 1, sampler: "ddpm", steps: 5, dropout: dropout, l1: 0.1)]
    }
    func compare(_ by: [String], allowed: [String] = [], _ runs: [ComparedRun]) throws -> Comparison {
      try Comparison(of: runs, by: by, metrics: ["validation.l1"], allowed: allowed)
    }
    let error = try #require(throws: InputError.self) { try compare(["steps"], runs) }
    #expect(error.message.hasPrefix("the groups differ in more than sampling.steps: sampling.sampler (ddim, ddpm). "))
    #expect(try compare(["sampling"], runs).notes[0] == "Averaged over in every group: model.dropout (0, 0.2).")
    #expect(
      try compare(["steps"], allowed: ["sampler"], runs).notes.prefix(2) == [
        "Averaged over in every group: model.dropout (0, 0.2).",
        "Allowed to differ between groups, and perhaps the cause: sampling.sampler (ddim, ddpm).",
      ])
    // The same values in other shares are another distribution.
    let skewed = runs + [run(seed: 2, dropout: 0.2, l1: 0.1), run(seed: 2, sampler: "ddpm", steps: 5, l1: 0.1)]
    #expect(throws: InputError.self) { try compare(["sampling"], skewed) }
    #expect(try compare(["sampling"], allowed: ["all"], skewed).groups.count == 2)
    // Each setting is distributed alike, but not their combinations.
    let crossed = ["ddim", "ddpm"].flatMap { sampler in
      [(5, 0.0), (10, 0.2)].map { steps, dropout in
        run(seed: 1, sampler: sampler, steps: sampler == "ddim" ? steps : 15 - steps, dropout: dropout, l1: 0.1)
      }
    }
    let combined = try #require(throws: InputError.self) { try compare(["sampler"], crossed) }
    #expect(combined.message.contains("combinations of model.dropout, sampling.steps"))
  }

  @Test func `a run that failed takes its counterparts out of the average`() throws {
    // The second seed of ddim lacks the worse dropout: with it left in elsewhere, ddim would look better.
    var runs: [ComparedRun] = []
    for (sampler, steps) in [("ddim", 10), ("ddpm", 1000)] {
      for seed in 1...2 {
        for dropout in [0, 0.2] where !(sampler == "ddim" && seed == 2 && dropout == 0.2) {
          runs.append(
            run(seed: seed, sampler: sampler, steps: steps, dropout: dropout, l1: 0, seconds: 1 + 10 * dropout))
        }
      }
    }
    let failed = run(seed: 2, dropout: 0.2, l1: 0)
    let comparison = try Comparison(
      of: runs, unfinished: [ComparedRun(seed: 2, parameters: failed.parameters, metrics: [:])], by: ["sampling"],
      metrics: ["seconds"], baseline: ["sampler=ddpm"])
    #expect(comparison.groups.map { $0.estimates["sample.seconds"]?.mean } == [1.5, 1.5])
    #expect(comparison.groups[0].differences["sample.seconds"]?.mean == 0)
    #expect(comparison.notes.contains("Left out: 1 run without a counterpart of its seed in every group."))
  }

  @Test func `groups that share the stages of every common seed are not told apart`() throws {
    var runs = (1...3).map { run(seed: $0, l1: 0.1 * Double($0)) }
    runs += (1...2).map { run(seed: $0, sampler: "ddpm", l1: 0.1 * Double($0)) }
    let comparison = try Comparison(
      of: runs, by: ["sampler"], metrics: ["validation.l1"], baseline: ["sampler=ddim"])
    #expect(comparison.groups[1].differences["validation.l1"]?.reason == .sameStages)
  }

  @Test func `an interval that is only rounding does not ask for decimals`() throws {
    let runs = (1...3).flatMap { seed -> [ComparedRun] in
      let noise = 0.1 * Double(seed)
      return [
        run(seed: seed, l1: 0, seconds: 0.11 + noise), run(seed: seed, dropout: 0.2, l1: 0, seconds: 10.01 + noise),
      ]
    }
    let comparison = try Comparison(
      of: runs, by: ["dropout"], metrics: ["sample.seconds"], baseline: ["dropout=0"])
    #expect(comparison.report.table.rows[1][3].text == "+9.900 ±0.000 worse")
  }

  @Test func `verdicts are better, worse, the same within δ, or undecided with the seeds that would decide`() throws {
    // Differences 0 ± 0.001, −0.1 ± 0.001, and 0.001 with a spread that says nothing.
    var runs: [ComparedRun] = []
    let noise = [0.001, -0.001, 0.0005, -0.0005]
    for (index, noise) in noise.enumerated() {
      runs.append(run(seed: index, l1: 0.5 + 0.1 * Double(index)))
      runs.append(run(seed: index, dropout: 0.1, l1: 0.5 + 0.1 * Double(index) + noise))
      runs.append(run(seed: index, dropout: 0.2, l1: 0.4 + 0.1 * Double(index) - noise))
      runs.append(run(seed: index, dropout: 0.3, l1: 0.501 + 0.1 * Double(index) + noise))
    }
    func compare(_ margin: Margin) throws -> [Difference?] {
      try Comparison(of: runs, by: ["dropout"], metrics: ["l1"], baseline: ["dropout=0"], margin: margin)
        .groups.map { $0.differences["validation.l1"] }
    }
    let usual = try compare(Margin())
    #expect(usual.map { $0?.verdict } == [nil, .same, .better, .same])
    #expect(abs(try #require(usual[1]?.delta) - 0.0065) < 1e-12)
    let strict = try compare(Margin(["l1=0.0001"]))
    #expect(strict.map { $0?.verdict } == [nil, .undecided, .better, .undecided])
    let needed = try #require(strict[3]?.seedsToDecide)
    #expect((5...20).contains(needed))
    #expect(throws: InputError("the margin 'l1=wide' is none: it is written 0.001, 2% or kid=0.002")) {
      try Margin(["l1=wide"])
    }
  }

  @Test func `about so many seeds decide as were said to`() throws {
    // Independent of how it was found: at so many seeds with the same spread the pooled interval leaves out 0.
    func differences(_ seeds: Int) throws -> Difference? {
      let deviation = 1 / (Double(seeds) / Double(seeds - 1)).squareRoot()
      let runs = (0..<seeds).flatMap { seed -> [ComparedRun] in
        [run(seed: seed, l1: 10), run(seed: seed, dropout: 0.2, l1: 9.4 + (seed % 2 == 0 ? deviation : -deviation))]
      }
      return try Comparison(
        of: runs, by: ["dropout"], metrics: ["l1"], baseline: ["dropout=0"], margin: Margin(["0"])
      ).groups[1].differences["validation.l1"]
    }
    let needed = try #require(try differences(4)?.seedsToDecide)
    let even = needed + needed % 2
    #expect(try differences(even)?.verdict == .better)
    #expect(try differences(even - 4)?.verdict == .undecided)
  }

  @Test func `the best is known, and which groups cannot be told from it`() throws {
    let runs = (1...4).flatMap { seed -> [ComparedRun] in
      let noise = seed % 2 == 0 ? 0.001 : -0.001
      return [
        run(seed: seed, l1: 0.4 + noise), run(seed: seed, dropout: 0.1, l1: 0.4001 - noise),
        run(seed: seed, dropout: 0.2, l1: 0.6),
      ]
    }
    let comparison = try Comparison(of: runs, by: ["dropout"], metrics: ["l1"])
    #expect(comparison.best == ["validation.l1": [0]])
    #expect(comparison.report.table.rows.map { $0[2].emphasis } == [.strong, .none, .none])
    #expect(
      comparison.notes.contains(
        "The best in validation.l1 cannot be told from model.dropout=0.1 (Tukey, all pairs at once)."))
  }

  @Test func `samplers of one training are compared within it, trainings between`() throws {
    // Trainings differ much by chance, samplers of one training little: only the latter difference is sure.
    let trainings = [[0.3, -0.2, 0.1], [-0.25, 0.3, -0.1]]
    let runs = (0..<3).flatMap { seed in
      [0, 0.2].enumerated().flatMap { index, dropout in
        [("ddim", 10, 0.05), ("ddpm", 1000, 0.0)].map { sampler, steps, more in
          let wobble = 0.001 * Double((seed + index + steps) % 3)
          return ComparedRun(
            seed: seed,
            parameters: [
              "seed": .int(seed), "model.dropout": .double(dropout), "sampling.sampler": .string(sampler),
              "sampling.steps": .int(steps),
            ],
            metrics: [
              "kid": .init(
                1 + trainings[index][seed] + more + wobble, stage: "evaluate \(sampler) \(dropout) \(seed)")
            ], training: "train \(dropout) \(seed)")
        }
      }
    }
    let comparison = try Comparison(
      of: runs, by: ["sampling", "dropout"], metrics: ["kid"], baseline: ["sampler=ddpm", "dropout=0"],
      margin: Margin(["0"]))
    // ddim 0, ddim 0.2, ddpm 0 (the baseline), ddpm 0.2
    let verdicts = comparison.groups.map { $0.differences["kid"]?.verdict }
    #expect(verdicts == [.worse, .undecided, nil, .undecided])
    let widths = comparison.groups.map { $0.differences["kid"]?.halfWidth ?? 0 }
    #expect(widths[0] < 0.02 && widths[1] > 0.5 && widths[3] > 0.5)
  }

  @Test func `groups that spread too differently are not pooled, and it says so`() throws {
    let noise = [0.3, -0.5, 0.9, -0.7, 0.4]
    let runs = noise.enumerated().flatMap { seed, noise -> [ComparedRun] in
      [
        run(seed: seed, l1: 1 + 0.001 * noise * noise), run(seed: seed, dropout: 0.1, l1: 1.1 - 0.001 * noise),
        run(seed: seed, dropout: 0.2, l1: 1.2 + 0.002 * noise), run(seed: seed, dropout: 0.3, l1: 9 + noise),
      ]
    }
    let comparison = try Comparison(of: runs, by: ["dropout"], metrics: ["l1"], baseline: ["dropout=0"])
    #expect(comparison.groups.map { $0.differences["validation.l1"]?.verdict } == [nil, .worse, .worse, .worse])
    #expect(try #require(comparison.groups[1].differences["validation.l1"]?.halfWidth) < 0.01)
    #expect(comparison.notes.contains { $0.hasPrefix("Groups spread too differently to be pooled in validation.l1") })
  }

  @Test func `a bootstrap needs ten seeds, and is near the model where that holds`() throws {
    func compare(_ seeds: Int, bootstrap: Bool) throws -> Difference? {
      let runs = (0..<seeds).flatMap { seed in
        let noise = Double(seed * 7 % 20) / 20
        return [run(seed: seed, l1: 1 + noise), run(seed: seed, dropout: 0.2, l1: 1.5 + Double(seed * 3 % 20) / 20)]
      }
      return try Comparison(
        of: runs, by: ["dropout"], metrics: ["l1"], baseline: ["dropout=0"], usesBootstrap: bootstrap
      ).groups[1].differences["validation.l1"]
    }
    #expect(
      throws: InputError("a bootstrap needs 10 seeds in every group, there are 9: leave out --bootstrap")
    ) { try compare(9, bootstrap: true) }
    let model = try #require(try compare(20, bootstrap: false)?.halfWidth)
    let resampled = try #require(try compare(20, bootstrap: true)?.halfWidth)
    #expect(abs(resampled / model - 1) < 0.15)
  }

  @Test func `unequal compute is warned of`() throws {
    let runs = [(0.0, 4000.0, 10.0), (0.2, 8000, 11)].map { dropout, pictures, seconds in
      ComparedRun(
        seed: 1, parameters: ["seed": 1, "model.dropout": .double(dropout)],
        metrics: ["validation.l1": .init(0.1, stage: "\(dropout)")], training: "\(dropout)",
        spend: .init(picturesSeen: pictures, seconds: seconds))
    }
    let comparison = try Comparison(of: runs, by: ["dropout"], metrics: ["l1"])
    #expect(comparison.groups.map { $0.spend?.picturesSeen } == [4000, 8000])
    #expect(
      comparison.notes.contains(
        "Warning: compute is unequal, from 4000 to 8000 pictures seen; that alone may make a difference."))
    #expect(comparison.report.table.columns.suffix(2).map(\.title) == ["pictures", "training"])
  }
}
