import Experiments
import Foundation
import Testing

@Suite struct `Identities` {
  private func train(_ settings: String, name: String = "q", digest: String = "") throws -> Stage {
    let stages = try plan("name: \(name)\n\(settings)", digest: { _ in digest }).stages
    return try #require(stages.first { $0.kind == .train })
  }

  @Test(arguments: [
    "question: Does it?", "sampling: {sampler: ddpm}", "sampling: {steps: 7, eta: 0.5, seed: 3}",
    "sampling: {grid: {rows: 1}}", "sampling: {grid: {every_epochs: 2}}", "training: {threads: 2}",
    "model: {dropout: 0.0}", "model: {dropout: 0}", "data: {source: sprites}", "data: {background: [0, 0, 0]}",
    "model: {norm_groups: 32, layers_per_block: 2}", "conditioning: {warmup: {epochs: 10}}",
    "conditioning: {warmup: {epochs: 99}, label_keep: 0.5}", "model: {down_blocks: [Down, CrossAttnDown]}",
    "training: {schedule: {step_epochs: 3}}", "training: {schedule: {kind: step, step_epochs: 10}}",
    "training: {keep: {last: 5, best: validation.mse}}", "training: {momentum: 0.9}",
    "training: {early_stopping: null, ema: null}", "conditioning: {warmup: {parts: [unet]}}",
    "data: {augmentation: {crop_ratio: [1, 1]}}", "sampling: {guidance: 3}",
  ])
  func `of a training do not change with what cannot act on it`(settings: String) throws {
    #expect(try train(settings, name: "renamed").hash == train("").hash)
  }

  @Test(arguments: [
    "seed: 1", "model: {dropout: 0.1}", "data: {seed: 1}", "data: {count: 4001}",
    "data: {filter: {white_corners: true}}",
    "data: {balance: inverse-frequency}", "training: {threads: 1}", "training: {epochs: 11}",
    "training: {batch_size: 64}", "training: {loss: l1}", "training: {learning_rate: 2e-4}",
    "training: {weight_decay: 0}", "training: {betas: [0.9, 0.99]}", "training: {optimizer: adam}",
    "conditioning: {warmup: {epochs: 9}}", "conditioning: {label_keep: 0.9}", "conditioning: {bottleneck: 32}",
    "conditioning: {kind: none}", "diffusion: {timesteps: 500}", "diffusion: {schedule: cosine}",
    "training: {schedule: {kind: step}}", "training: {schedule: {kind: cosine}}",
    "training: {schedule: {kind: plateau}}", "training: {schedule: {warmup_epochs: 0.5}}",
    "training: {early_stopping: {metric: train.l1}}", "training: {ema: {decay: 0.99}}", "training: {min_snr: 5}",
    "training: {gradient_clipping: 1}", "training: {precision: bfloat16}", "training: {optimizer: sgd}",
    "conditioning: {warmup: {metric: train.l1}}", "data: {augmentation: {flip: 0.5}}",
    "data: {augmentation: {crop_scale: [0.5, 1]}}", "data: {near_duplicates: 2}",
    "model: {heads: 4}", "model: {widths: [32, 96]}", "model: {down_blocks: [CrossAttnDown, Down]}",
  ])
  func `of a training change with what acts on it`(settings: String) throws {
    #expect(try train(settings).hash != train("").hash)
  }

  @Test func `follow the pictures, not their folder`() throws {
    let scratch = try Scratch()
    func hash(_ folder: String, _ digest: String) throws -> String {
      _ = try scratch.write("", to: "\(folder)/x")
      return try train("data: {source: images, path: \(scratch.url.path)/\(folder)}", digest: digest).hash
    }
    #expect(try hash("a", "1") == hash("b", "1"))
    #expect(try hash("a", "1") != hash("a", "2"))
  }

  @Test func `do not hang on the order of keys`() throws {
    let a = try plan("name: q\nseed: 3\nmodel: {dropout: 0.1, heads: 4}\ntraining: {epochs: 3, loss: l1}")
    let b = try plan("training: {loss: l1, epochs: 3}\nmodel: {heads: 4, dropout: 0.1}\nseed: 3\nname: q")
    #expect(a.stages == b.stages)
    #expect(a.runs == b.runs)
  }

  @Test func `hang on the order of classes, of which the first that matches wins`() throws {
    let scratch = try Scratch()
    func hash(_ classes: String) throws -> String {
      try train("data: {source: images, path: \(scratch.url.path), classes: {\(classes)}}").hash
    }
    #expect(try hash("a: x, b: y") == hash("a: [x], b: y"))
    #expect(try hash("a: x, b: y") != hash("b: y, a: x"))
  }

  @Test func `make ten epochs the beginning of fifteen`() throws {
    let ten = try train("training: {epochs: 10}")
    let fifteen = try train("training: {epochs: 15}")
    #expect(ten.states.count == 11)
    #expect(ten.hash == ten.states.last)
    #expect(Array(fifteen.states.prefix(11)) == ten.states)
    #expect(Set(fifteen.states).count == 16)
  }

  @Test func `part where the warm-ups do`() throws {
    let four = try train("conditioning: {warmup: {epochs: 4}, label_keep: 0.9}").states
    let eight = try train("conditioning: {warmup: {epochs: 8}, label_keep: 0.9}").states
    let never = try train("").states
    #expect(four[...4] == eight[...4])
    #expect(Set(four[5...]).isDisjoint(with: eight))
    #expect(eight[...8] == never[...8])
    #expect(eight[9] != never[9])
  }

  @Test func `part where a learning rate steps down, and are one where equal rates meet`() throws {
    func states(_ schedule: String, epochs: Int = 8) throws -> [String] {
      try train("training: {epochs: \(epochs), learning_rate: 0.5, schedule: {kind: step, \(schedule)}}").states
    }
    let constant = try train("training: {epochs: 8, learning_rate: 0.5}").states
    let three = try states("step_epochs: 3, factor: 0.25")
    #expect(three[...3] == constant[...3])
    #expect(Set(three[4...]).isDisjoint(with: constant))
    #expect(try states("step_epochs: 3, factor: 0.25", epochs: 5) == Array(three[...5]))
    #expect(try states("step_epochs: 3, factor: 0.5")[4] != three[4])
    let rising = try states("step_epochs: 3, factor: 0.25, warmup_epochs: 1")
    #expect(rising[1] != constant[1])
  }

  @Test func `of a schedule that looks to the end hang on where the end is`() throws {
    for kind in ["linear", "cosine"] {
      func states(_ epochs: Int) throws -> [String] {
        try train("training: {epochs: \(epochs), schedule: {kind: \(kind)}}").states
      }
      #expect(try states(10)[0] == states(15)[0])
      #expect(try states(10)[1] != states(15)[1])
    }
  }

  @Test func `part where frozen parts are learnt again`() throws {
    let forGood = try train("conditioning: {warmup: {epochs: 4}}").states
    let twoEpochs = try train("conditioning: {warmup: {epochs: 4, frozen_epochs: 2}}").states
    #expect(forGood[...6] == twoEpochs[...6])
    #expect(forGood[7] != twoEpochs[7])
    #expect(try train("conditioning: {warmup: {epochs: 4, parts: [unet.mid_block]}}").states[5] != forGood[5])
    #expect(try train("conditioning: {warmup: {epochs: 4, frozen_dropout: false}}").states[5] != forGood[5])
  }

  @Test func `follow given initial weights, not their folder`() throws {
    let scratch = try Scratch()
    func made(_ folder: String, _ digest: String) throws -> Plan {
      _ = try scratch.write("", to: "\(folder)/x")
      let file = try scratch.write("name: q\nmodel: {from: \(folder)}")
      return try Plan.make(Experiment.load(file: file), sourceDigest: { _ in "" }, weightsDigest: { _ in digest })
    }
    #expect(try made("a", "1").stages.map(\.hash) == made("b", "1").stages.map(\.hash))
    #expect(try made("a", "1").runs.map(\.id) == made("b", "1").runs.map(\.id))
    let (one, two) = (try made("a", "1"), try made("a", "2"))
    #expect(one.stages[0].hash == two.stages[0].hash)
    #expect(one.stages[1].hash != two.stages[1].hash)
    #expect(one.runs[0].id != two.runs[0].id)
    #expect(try one.stages[1].hash != train("").hash)
  }

  @Test func `of sample grids follow the state that they draw from`() throws {
    let plan = try plan("name: q\ntraining: {epochs: 5}\nsampling: {grid: {every_epochs: 2}}")
    let train = try #require(plan.stages.first { $0.kind == .train })
    let samples = plan.stages.filter { $0.kind == .sample }
    #expect(samples.map(\.epochs) == [2, 4, 5])
    #expect(samples.map(\.states) == [[train.states[2]], [train.states[4]], [train.states[5]]])
    #expect(samples.allSatisfy { $0.parents == [train.hash] })
    #expect(train.keep == [2, 4, 5])
    #expect(plan.runs.first?.stages == plan.stages.map(\.hash))
  }

  @Test func `keep what any of the runs wants kept`() throws {
    let plan = try plan(
      """
      name: q
      training: {epochs: 6}
      sweep: {parameters: {sampling: {values: [{grid: {every_epochs: 2}}, {grid: {every_epochs: 3}}, {steps: 5}]}}}
      """)
    #expect(plan.stages.filter { $0.kind == .train }.map(\.keep) == [[2, 3, 4, 6]])
    #expect(plan.stages.count { $0.kind == .sample } == 5)
  }

  /// The values are those of `scripts/identity-goldens.py`. They change only where old work is to be done again: then
  /// a number in `Identity.Numerics` is raised.
  @Test func `stay what they were`() throws {
    let plain = try plan("name: golden")
    let other = try plan(
      """
      name: golden
      seed: 3
      data: {source: sprites, count: 100, filter: {white_pixels: 26}, balance: inverse-frequency}
      model: {widths: [16, 32], norm_groups: 8, dropout: 0.2}
      conditioning: {bottleneck: 32, dropout: 0.1, warmup: {epochs: 2}, label_keep: 0.95}
      training: {epochs: 4, loss: l1, learning_rate: 2e-4}
      sampling: {sampler: ddpm, steps: 10}
      """)
    #expect(plain.runs.map(\.id) == ["747ca78707db"])
    #expect(
      plain.stages.map(\.hash) == [
        "f8f78002f34a5a20e238050073b2c1e5f1a0cf988136969442893575dc2cb20a",
        "72cc09ffec35c7459939bfd4a775df0d2d68ac0c46b9687ac58fd411571a756f",
        "128b94dd242fc54757e7bd6e320c38b0a610f04575ce150a7d7eb3f8d8d7b679",
      ])
    #expect(other.runs.map(\.id) == ["59eba76c2b83"])
    #expect(
      other.stages.map(\.hash) == [
        "33f5a8dce8c755a42dbbe84183a20846b39dd84e538d4592618cdc8378f6cfb5",
        "ec097ef31a3907e804f07db0027d854c037fc6b4615d188b28a619e4e778dfb4",
        "9d4f416afb0b39d9fc6b447ad081790251d27e891accf8ad01a8c3106af95445",
      ])
  }
}
