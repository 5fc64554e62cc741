import Testing

@testable import Experiments

@Suite struct `Sweeps` {
  @Test func `expand in the order of the file, the first entry slowest, seeds fastest`() throws {
    let plan = try plan(
      """
      name: q
      seed: 7
      sweep:
        method: grid
        metric: {name: validation.mse, goal: minimize}
        parameters:
          model.dropout: {values: [0, 0.2]}
          sampling.steps: {values: [10, 50]}
        repeats: 2
      """)
    #expect(
      plan.runs.map(\.name) == [
        "q/dropout=0,steps=10,seed=7", "q/dropout=0,steps=10,seed=8", "q/dropout=0,steps=50,seed=7",
        "q/dropout=0,steps=50,seed=8", "q/dropout=0.2,steps=10,seed=7", "q/dropout=0.2,steps=10,seed=8",
        "q/dropout=0.2,steps=50,seed=7", "q/dropout=0.2,steps=50,seed=8",
      ])
    #expect(plan.experiment.sweep?.metric == Sweep.Metric(name: "validation.mse", goal: .minimize))
    #expect(plan.stages.count { $0.kind == .train } == 4)
    #expect(plan.stages.count { $0.kind == .prepare } == 1)
    #expect(plan.stages.count { $0.kind == .sample } == 8)
  }

  @Test func `merge a swept block over the base block, as one axis`() throws {
    let plan = try plan(
      """
      name: q
      sampling: {grid: {rows: 2}, eta: 0}
      sweep:
        parameters:
          sampling: {values: [{sampler: ddpm}, {sampler: ddim, steps: 10}]}
      """)
    #expect(plan.runs.map(\.name) == ["q/sampler=ddpm,steps=1000", "q/sampler=ddim,steps=10"])
    #expect(plan.runs.allSatisfy { $0.parameters["sampling.grid.rows"] == 2 })
    #expect(
      plan.runs.map(\.axes) == [
        [AxisValue(axis: "sampling", settings: ["sampling.sampler": "ddpm", "sampling.steps": 1000])],
        [AxisValue(axis: "sampling", settings: ["sampling.sampler": "ddim", "sampling.steps": 10])],
      ])
  }

  @Test func `name settings by as much of their path as tells them apart`() throws {
    let plan = try plan(
      """
      name: q
      sweep:
        parameters:
          model.dropout: {values: [0.1]}
          conditioning.dropout: {values: [0, 1e-1]}
          conditioning.warmup: {values: [null, {epochs: 4}]}
          training.epochs: {value: 12}
          model.widths: {values: [[32, 64], [32, 32]]}
      """)
    #expect(plan.runs.first?.name == "q/dropout=0,epochs=null,widths=32-64")
    #expect(plan.runs.count == 8)
    #expect(plan.runs.allSatisfy { $0.parameters["training.epochs"] == 12 })
  }

  @Test func `of one run are named as the experiment`() throws {
    #expect(try plan("name: q").runs.map(\.name) == ["q"])
  }

  @Test func `stop at their run cap, at the first runs in order`() throws {
    let text = """
      name: q
      sweep:
        parameters:
          seed: {values: [1, 2, 3]}
          model.dropout: {values: [0, 0.1, 0.2]}
        run_cap: 4
      """
    #expect(
      try plan(text).runs.map(\.name) == [
        "q/seed=1,dropout=0", "q/seed=1,dropout=0.1", "q/seed=1,dropout=0.2", "q/seed=2,dropout=0",
      ])
  }

  @Test func `of astronomical size are refused at once, or cut by their run cap`() throws {
    let values = "{values: [\((0..<1000).map(String.init).joined(separator: ", "))]}"
    let parameters = ["seed", "data.seed", "sampling.seed"].map { "    \($0): \(values)" }.joined(separator: "\n")
    let text = "name: q\nsweep:\n  parameters:\n\(parameters)\n"
    #expect(
      try mistake(in: text)
        == "e.yaml:2:1: the sweep has 1000000000 runs, above 100000; take values out, or say with `run_cap` how many of them to do"
    )
    #expect(try plan(text + "  run_cap: 5").runs.count == 5)
    let more = ["training.epochs", "training.batch_size", "conditioning.embedding"].map {
      "    \($0): {values: [\((1..<10000).map(String.init).joined(separator: ", "))]}"
    }.joined(separator: "\n")
    #expect(
      try mistake(in: text + more)
        == "e.yaml:2:1: the sweep has more than \(Int.max) runs, above 100000; take values out, or say with `run_cap` how many of them to do"
    )
  }

  static let mistakes: [(String, String)] = [
    (
      "parameters: {model.dropuot: {values: [0]}}",
      "e.yaml:3:16: unknown setting 'model.dropuot' in sweep.parameters. Did you mean 'model.dropout'?"
    ),
    (
      "parameters: {dropout: {values: [0]}}",
      "e.yaml:3:16: unknown setting 'dropout' in sweep.parameters. Did you mean 'model.dropout'?"
    ),
    (
      "parameters: {sampler: {values: [0]}}",
      "e.yaml:3:16: unknown setting 'sampler' in sweep.parameters. Did you mean 'sampling.sampler'?"
    ),
    ("parameters: {model.dropout: [0, 1]}", "e.yaml:3:31: sweep.parameters.model.dropout must be a block, not a list"),
    (
      "parameters: {model.dropout: {values: []}}",
      "e.yaml:3:40: values of model.dropout must be a list with something in it, not a list"
    ),
    (
      "parameters: {model.dropout: {values: 0.2}}",
      "e.yaml:3:40: values of model.dropout must be a list with something in it, not '0.2'"
    ),
    (
      "parameters: {model.dropout: {value: [0.2]}}",
      "e.yaml:3:39: model.dropout must be a number from 0, below 1, not a list"
    ),
    (
      "parameters: {model.dropout: {vales: [0.2]}}",
      "e.yaml:3:32: unknown key 'vales' in sweep.parameters.model.dropout. Did you mean 'values'?"
    ),
    (
      "parameters: {model.dropout: {values: [0.2, 0.20]}}",
      "e.yaml:3:46: '0.20' stands twice among the values of model.dropout"
    ),
    (
      "parameters: {model.dropout: {min: 0.0, max: 0.5}}",
      "e.yaml:3:16: a grid has no distributions; give model.dropout `values`, or draw it with `method: random`"
    ),
    (
      "parameters: {sampling: {values: [{stepps: 1}]}}",
      "e.yaml:3:37: unknown key 'stepps' in sampling. Did you mean 'steps'?"
    ),
    (
      "parameters: {sampling: {values: [{steps: 10}]}, sampling.steps: {values: [1]}}",
      "e.yaml:3:51: sampling.steps and sampling both set sampling.steps; sweep it in one of them"
    ),
    (
      "parameters: {seed: {values: [1, 2]}}\n  repeats: 3",
      "e.yaml:4:3: `repeats` varies the seed, and so does the swept `seed`; leave one of them out"
    ),
    ("repeats: 1", "e.yaml:2:1: a sweep needs `parameters`, or `repeats` above 1"),
    ("repats: 3", "e.yaml:3:3: unknown key 'repats' in sweep. Did you mean 'repeats'?"),
    ("repeats: 3\n  metric: {goal: minimize}", "e.yaml:4:11: sweep.metric needs a name"),
    (
      "repeats: 3\n  metric: {name: validation.mes}",
      "e.yaml:4:18: sweep.metric.name must be one of train.l1, train.mse, validation.l1, validation.mse, validation.ema.l1, validation.ema.mse, fid, kid, inception_score, class_accuracy, density, coverage, nearest_neighbour, epoch.seconds, sample.seconds, not 'validation.mes'. Did you mean 'validation.mse'?"
    ),
    (
      "repeats: 3\n  run_cap: 0",
      "e.yaml:4:12: sweep.run_cap must be an integer from 1 to 1000000, not '0'. Did you mean '1'?"
    ),
    (
      "parameters: {sampling.steps: {values: [10, 2000]}}",
      "e.yaml:3:46: sampling.steps is 2000, above the 1000 of diffusion.timesteps (in the combination sampling.steps=2000). Did you mean '1000'?"
    ),
    (
      "parameters:\n    sampling.sampler: {values: [ddim, ddpm]}\n    sampling.eta: {values: [0, 1]}",
      "e.yaml:5:32: sampling.eta is 1, and ddpm takes only 0; ddim takes more (in the combination sampling.sampler=ddpm, sampling.eta=1). Did you mean '0'?"
    ),
    (
      "parameters: {sampling: {values: [{sampler: ddpm}, {sampler: ddpm, steps: 1000}]}}",
      "e.yaml:2:1: two combinations of the sweep come to the same settings, those of q; leave one of them out"
    ),
  ]

  @Test(arguments: mistakes) func `explain their mistakes at the line`(sweep: String, message: String) throws {
    let found = try mistake(in: "name: q\nsweep:\n  \(sweep)")
    #expect(found == message)
  }

  static let overrides: [([String], String)] = [
    (["model.dropuot=0.2"], "-S model.dropuot=0.2: unknown setting 'model.dropuot'. Did you mean 'model.dropout'?"),
    (["dropout=0.2"], "-S dropout=0.2: unknown setting 'dropout'. Did you mean 'model.dropout'?"),
    (["model.dropout"], "-S model.dropout: an override is written key=value"),
    (["=1"], "-S =1: an override is written key=value"),
    (["model.dropout=high"], "-S model.dropout=high: model.dropout must be a number from 0, below 1, not 'high'"),
    (["model.dropout="], "-S model.dropout=: model.dropout must be a number from 0, below 1, not null"),
    (["model.widths=[32"], "-S model.widths=[32: this is not YAML: did not find expected ',' or ']'"),
    (
      ["sampling.steps=10"],
      "-S sampling.steps=10: the sweep sets sampling.steps (e.yaml:4), so it cannot be given here"
    ),
    (
      ["sampling={steps: 10}"],
      "-S sampling={steps: 10}: the sweep sets sampling.steps (e.yaml:4), so it cannot be given here"
    ),
    (["slurm.partition=a"], "-S slurm.partition=a: slurm.partition is no setting; change it in the file"),
    (["name=b"], "-S name=b: name is no setting; change it in the file"),
    (["sweep.repeats=2"], "-S sweep.repeats=2: sweep.repeats is no setting; change it in the file"),
  ]

  @Test(arguments: overrides) func `refuse overrides that cannot be`(overrides: [String], message: String) throws {
    let found = try mistake(
      in: "name: q\nsweep:\n  parameters:\n    sampling.steps: {values: [10, 50]}", overrides: overrides)
    #expect(found == message)
  }
}

@Suite struct `Overrides` {
  @Test func `lie over the file's settings, typed as there`() throws {
    let plan = try plan(
      "name: q\nmodel: {dropout: 0.1}\nsampling: {steps: 20, eta: 1}",
      overrides: [
        "model.dropout=0", "conditioning.bottleneck=32", "sampling={sampler: ddim, steps: 5}",
        "conditioning.warmup={epochs: 3}", "training.learning_rate=1e-3", "model.widths=[32, 32]",
      ])
    let run = try #require(plan.runs.first)
    #expect(run.parameters["model.dropout"] == 0.0)
    #expect(run.parameters["conditioning.bottleneck"] == 32)
    #expect(run.parameters["sampling.steps"] == 5)
    #expect(run.parameters["sampling.eta"] == 1.0)
    #expect(run.parameters["conditioning.warmup.epochs"] == 3)
    #expect(run.parameters["training.learning_rate"] == 0.001)
    #expect(run.parameters["model.widths"] == [32, 32])
    #expect(run.parameters["model.down_blocks"] == ["Down", "CrossAttnDown"])
  }

  @Test func `take optional blocks away with null`() throws {
    let text = "name: q\nconditioning: {warmup: {epochs: 3}}"
    #expect(try plan(text).runs.first?.parameters["conditioning.warmup.epochs"] == 3)
    #expect(
      try plan(text, overrides: ["conditioning.warmup=null"]).runs.first?.parameters["conditioning.warmup.epochs"]
        == Value.null)
  }
}
