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
      let difference = try #require(group.differences["validation.l1"]?.estimate)
      let interval = try #require(difference.interval)
      #expect(abs(difference.mean - sample.difference) <= tolerance)
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
    #expect(comparison.groups[1].differences["sample.seconds"]?.reason == .intervalHoldsZero)
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
    let differences = comparison.groups.map { $0.differences["sample.seconds"]?.estimate?.mean }
    #expect(differences == [-990, -990, nil, nil])
    let apart = try Comparison(
      of: runs, by: ["sampler", "steps", "dropout"], metrics: ["sample.seconds"], baseline: ["sampler=ddpm"])
    #expect(apart.groups.map { $0.differences["sample.seconds"]?.estimate?.mean } == [-990, -990, nil, nil])
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
            "params": ["model.dropout": 0.0], "n": 2,
            "metrics": ["validation.l1": ["mean": 0.5, "sd": 0.0, "low": 0.5, "high": 0.5]],
          ],
          [
            "params": ["model.dropout": 0.25], "n": 2,
            "metrics": [
              "validation.l1": [
                "mean": 0.25, "sd": 0.0, "low": 0.25, "high": 0.25, "difference": -0.25, "difference_low": -0.25,
                "difference_high": -0.25, "verdict": "better",
              ]
            ],
          ],
        ],
      ])
    let lines = comparison.report.text(as: .csv, for: .plain).split(separator: "\r\n").map(String.init)
    #expect(
      lines[0] == "model.dropout,n,validation.l1.mean,validation.l1.sd,validation.l1.low,validation.l1.high,"
        + "validation.l1.difference,validation.l1.difference_low,validation.l1.difference_high,validation.l1.verdict")
    #expect(lines[1] == "0.0,2,0.5,0.0,0.5,0.5,,,,")
    #expect(lines[2] == "0.25,2,0.25,0.0,0.25,0.25,-0.25,-0.25,-0.25,better")
  }

  @Test func `what else varies is said below the table, apart where it differs between the groups`() throws {
    let runs = [0, 0.2].flatMap { dropout in
      [run(seed: 1, dropout: dropout, l1: 0.1), run(seed: 1, sampler: "ddpm", steps: 5, dropout: dropout, l1: 0.1)]
    }
    let comparison = try Comparison(of: runs, by: ["steps"], metrics: ["validation.l1"])
    #expect(
      comparison.notes.prefix(2) == [
        "Averaged over in every group: model.dropout (0, 0.2).",
        "Not the same in every group, and perhaps the cause: sampling.sampler (ddim, ddpm).",
      ])
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
}
