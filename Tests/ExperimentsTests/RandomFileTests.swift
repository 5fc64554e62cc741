import Testing

@testable import Experiments

/// Numbers that are the same on every machine (SplitMix64, Steele et al. 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite struct `Random files` {
  /// Some settings with values that go together with any of the others.
  private static let choices: [(path: String, values: [String])] = [
    ("seed", ["0", "3", "12"]), ("data.count", ["4000", "100"]), ("data.seed", ["0", "1"]),
    ("data.balance", ["none", "inverse-frequency"]), ("data.filter.white_pixels", ["null", "26"]),
    ("model.widths", ["[32, 64]", "[64, 64]"]), ("model.dropout", ["0", "0.0", "0.25", "2.5e-1"]),
    ("model.norm_groups", ["32", "8"]), ("conditioning.bottleneck", ["null", "16"]),
    ("conditioning.warmup.epochs", ["null", "0", "2", "9"]), ("conditioning.label_keep", ["1", "0.9"]),
    ("diffusion.timesteps", ["1000", "200"]), ("training.epochs", ["1", "4", "6"]), ("training.loss", ["l1", "mse"]),
    ("training.optimizer", ["adam", "adamw"]), ("training.learning_rate", ["1e-4", "0.0001", "2e-4"]),
    ("sampling.sampler", ["ddpm", "ddim"]), ("sampling.steps", ["10", "20"]), ("sampling.seed", ["0", "5"]),
    ("sampling.grid.every_epochs", ["null", "2"]),
  ]

  private static func settings(_ generator: inout SplitMix64) -> [(path: String, value: String)] {
    choices.compactMap { choice in
      guard Bool.random(using: &generator), let value = choice.values.randomElement(using: &generator) else {
        return nil
      }
      return (choice.path, value)
    }.shuffled(using: &generator)
  }

  /// The settings as nested blocks, in their order.
  private static func text(_ settings: [(path: String, value: String)]) -> String {
    func block(_ settings: [(path: [Substring], value: String)], _ margin: String) -> String {
      var names: [Substring] = []
      for setting in settings where !names.contains(setting.path[0]) { names.append(setting.path[0]) }
      return names.map { name in
        let inner = settings.filter { $0.path[0] == name }
        if inner[0].path.count == 1 { return "\(margin)\(name): \(inner[0].value)\n" }
        let rest = inner.map { (path: Array($0.path.dropFirst()), value: $0.value) }
        return "\(margin)\(name):\n" + block(rest, margin + "  ")
      }.joined()
    }
    return "name: q\n" + block(settings.map { ($0.path.split(separator: "."), $0.value) }, "")
  }

  @Test(arguments: 0..<100) func `plan alike in whatever order and way they are written`(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let settings = Self.settings(&generator)
    let written = try plan(Self.text(settings))
    #expect(try plan(Self.text(settings.shuffled(using: &generator))).stages == written.stages)
    let overridden = try plan("name: q", overrides: settings.map { "\($0.path)=\($0.value)" })
    #expect(overridden.runs == written.runs)
    let defaults = Schema.resolve([:])
    let given = try #require(written.runs.first).parameters
    for path in Set(defaults.keys).subtracting(settings.map(\.path)) where Schema.field(path)?.born != nil {
      #expect(given[path] == defaults[path])
    }
  }

  @Test(arguments: 0..<100) func `plan stages whose ancestors come first and whose states chain`(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let plan = try plan(Self.text(Self.settings(&generator)))
    var seen: Set<String> = []
    for stage in plan.stages {
      #expect(stage.parents.allSatisfy(seen.contains))
      #expect(seen.insert(stage.hash).inserted)
      #expect(stage.hash.count == 64)
      if stage.kind == .train {
        #expect(stage.trained == 0..<(stage.epochs ?? -1))
        #expect(stage.states.last == stage.hash)
        #expect(stage.keep.last == stage.epochs)
      }
      if stage.kind == .sample {
        let parent = try #require(plan.stages.first { $0.hash == stage.parents.first })
        let epochs = try #require(stage.epochs)
        #expect(parent.states[epochs] == stage.states.first)
        #expect(parent.keep.contains(epochs))
      }
    }
  }

  /// Two trainings share a state exactly where nothing that acted so far differs.
  @Test(arguments: 0..<200) func `share states up to the first epoch that differs, and no further`(seed: UInt64) throws
  {
    var generator = SplitMix64(state: seed)
    let base = Self.settings(&generator)
    let change = try #require(Self.choices.randomElement(using: &generator))
    let value = try #require(change.values.randomElement(using: &generator))
    let changed = base.filter { $0.path != change.path } + [(change.path, value)]
    let a = try #require(try plan(Self.text(base)).runs.first).parameters
    let b = try #require(try plan(Self.text(changed)).runs.first).parameters
    let states = try [base, changed].map {
      try #require(try plan(Self.text($0)).stages.first { $0.kind == .train }).states
    }

    let sharing = firstDifference(a, b)
    for epoch in 0..<min(states[0].count, states[1].count) {
      #expect((states[0][epoch] == states[1][epoch]) == (epoch <= sharing), "\(change.path)=\(value), epoch \(epoch)")
    }
  }

  /// How many epochs two trainings have in common, by the meaning of the settings; -1: not even the initial state.
  private func firstDifference(_ a: Parameters, _ b: Parameters) -> Int {
    let fromStart = [
      "seed", "data.count", "data.seed", "data.filter.white_pixels", "model.widths", "model.norm_groups",
      "conditioning.bottleneck", "diffusion.timesteps",
    ]
    if fromStart.contains(where: { a[$0] != b[$0] }) { return -1 }
    let always = [
      "data.balance", "model.dropout", "training.loss", "training.optimizer", "training.learning_rate",
      "training.weight_decay",
    ]
    func acting(_ parameters: Parameters, _ epoch: Int) -> [Value] {
      let isFrozen =
        if case .int(let warmup)? = parameters["conditioning.warmup.epochs"] { epoch >= warmup } else { false }
      let isWarm = parameters["conditioning.warmup.epochs"] != .null && !isFrozen
      return always.map { parameters[$0] ?? nil } + [
        .bool(isFrozen), isWarm ? 1.0 : parameters["conditioning.label_keep"] ?? nil,
      ]
    }
    return (0..<100).first { acting(a, $0) != acting(b, $0) } ?? 100
  }
}
