import Experiments
import Foundation
import Testing

@Suite struct `Evaluations` {
  private func stages(_ text: String, of kind: StageKind) throws -> [Stage] {
    try plan("name: q\n\(text)").stages.filter { $0.kind == kind }
  }

  private func hash(_ text: String, of kind: StageKind) throws -> String {
    let stages = try stages(text, of: kind)
    #expect(stages.count == 1)
    return try #require(stages.first).hash
  }

  @Test(arguments: ["", "evaluation: {}", "evaluation: null", "evaluation: {metrics: [kid]}"])
  func `that nobody asks for add no stage, and leave a run's id`(text: String) throws {
    let plan = try plan("name: q\n\(text)")
    #expect(plan.stages.map(\.kind) == [.prepare, .train, .sample])
    guard !text.contains("metrics") else { return }
    #expect(try plan.runs.map(\.id) == ExperimentsTests.plan("name: q").runs.map(\.id))
  }

  @Test func `draw from the last state, and score with a classifier of the data`() throws {
    let plan = try plan("name: q\ntraining: {epochs: 6}\nevaluation: {images: 512}")
    #expect(plan.stages.map(\.kind) == [.prepare, .train, .sample, .extractor, .draw, .evaluate])
    let stages = plan.stages
    #expect(stages[3].parents == [stages[0].hash])
    #expect(stages[4].parents == [stages[1].hash])
    #expect(stages[4].states == [stages[1].hash])
    #expect(stages[5].parents == [stages[4].hash, stages[3].hash])
    #expect(stages.map(\.epochs) == [nil, 6, 6, nil, 6, 6])
    #expect(plan.runs[0].stages == stages.map(\.hash))
    #expect(Set(plan.preparations.values) == [stages[0].hash] && plan.preparations.count == 5)
    #expect(stages[4].origin(from: stages[1].hash) == stages[1].hash)
    #expect(stages[5].origin(from: stages[3].hash) == stages[3].hash)
  }

  @Test func `of one model under many samplers are a sweep that trains once`() throws {
    let plan = try plan(
      """
      name: q
      evaluation: {images: 512}
      sweep: {parameters: {sampling: {values: [{sampler: ddpm, steps: 1000}, {steps: 50}, {steps: 10}, {guidance: 2}]}}}
      """)
    let counts = Dictionary(grouping: plan.stages, by: \.kind).mapValues(\.count)
    #expect(counts == [.prepare: 1, .train: 1, .extractor: 1, .sample: 4, .draw: 4, .evaluate: 4])
  }

  @Test func `share their classifier wherever the data are the same, and no further`() throws {
    let evaluated = "evaluation: {images: 512}"
    let one = try hash(evaluated, of: .extractor)
    for other in ["seed: 1", "model: {dropout: 0.1}", "training: {threads: 1}", "conditioning: {kind: none}"] {
      #expect(try hash("\(other)\n\(evaluated)", of: .extractor) == one)
    }
    #expect(try hash("data: {seed: 1}\n\(evaluated)", of: .extractor) != one)
    #expect(try hash("data: {count: 100}\n\(evaluated)", of: .extractor) != one)
  }

  @Test(arguments: [
    "evaluation: {images: 512, metrics: [kid]}", "evaluation: {images: 512, reference: test}",
    "sampling: {seed: 3, grid: {rows: 1}}\nevaluation: {images: 512}",
  ])
  func `keep their pictures whatever is asked of them`(text: String) throws {
    #expect(try hash(text, of: .draw) == hash("evaluation: {images: 512}", of: .draw))
  }

  @Test(arguments: [
    "evaluation: {images: 513}", "evaluation: {images: 512, labels: equal}", "seed: 1\nevaluation: {images: 512}",
    "sampling: {steps: 7}\nevaluation: {images: 512}", "sampling: {eta: 0.5}\nevaluation: {images: 512}",
    "training: {epochs: 3}\nevaluation: {images: 512}",
  ])
  func `draw other pictures where something acts on them`(text: String) throws {
    #expect(try hash(text, of: .draw) != hash("evaluation: {images: 512}", of: .draw))
  }

  @Test func `are the same in whatever order scores are asked for`() throws {
    func scores(_ metrics: String) throws -> String {
      try hash("evaluation: {images: 512, metrics: [\(metrics)]}", of: .evaluate)
    }
    #expect(try scores("fid, kid") == scores("kid, fid, kid"))
    #expect(try scores("fid, kid") != scores("fid"))
    #expect(
      try hash("evaluation: {images: 512}", of: .evaluate)
        == scores("coverage, density, fid, kid, nearest_neighbour, class_accuracy, inception_score"))
    #expect(try hash("evaluation: {images: 512, reference: test}", of: .evaluate) != scores("fid"))
  }

  @Test func `by a file of somebody's hang on what is in it, not on where it lies`() throws {
    let scratch = try Scratch()
    func made(_ name: String, _ text: String) throws -> Plan {
      let file = try scratch.write(text, to: name)
      let sha256 = try sha256(of: text)
      let yaml = "name: q\nevaluation: {images: 30, extractor: {file: \(file), sha256: \(sha256)}}"
      return try plan(yaml)
    }
    let (one, moved, other) = (try made("a.pt", "x"), try made("b.pt", "x"), try made("c.pt", "y"))
    #expect(one.stages.map(\.kind) == [.prepare, .train, .sample, .draw, .evaluate])
    #expect(one.stages.map(\.hash) == moved.stages.map(\.hash))
    #expect(one.runs.map(\.id) == moved.runs.map(\.id))
    #expect(one.stages[4].hash != other.stages[4].hash && one.stages[3].hash == other.stages[3].hash)
    #expect(one.runs[0].id != other.runs[0].id)
    #expect(one.warnings.contains { $0.contains("class_accuracy is left out: the classes of evaluation.extractor") })
  }

  /// As `sha256sum` prints it, which these two were asked of.
  private func sha256(of text: String) throws -> String {
    let known = [
      "x": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
      "y": "a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148b0fa",
    ]
    return try #require(known[text])
  }

  @Test func `of a file need its SHA-256, the right one, and say which that is`() throws {
    let scratch = try Scratch()
    let file = try scratch.write("x", to: "a.pt")
    let right = try sha256(of: "x")
    func error(_ more: String) throws -> String? {
      try mistake(in: "name: q\nevaluation: {images: 30, extractor: {file: \(file)\(more)}}")
    }
    #expect(
      try error("")
        == "e.yaml:2:38: evaluation.extractor.file needs evaluation.extractor.sha256, as `sha256sum` prints it. "
        + "Did you mean '\(right)'?")
    #expect(try error(", sha256: 12ab")?.contains("is no SHA-256 of 64 hexadecimal digits") == true)
    #expect(try error(", sha256: \(String(repeating: "a", count: 64))")?.contains("is not that of") == true)
    #expect(try error(", sha256: \(right)") == nil)
    #expect(
      try mistake(in: "name: q\nevaluation: {images: 30, extractor: {file: nowhere.pt, sha256: \(right)}}")?
        .contains("the file nowhere.pt of evaluation.extractor.file does not exist") == true)
  }

  @Test func `of too few pictures for the classifier's features are refused at their line`() throws {
    let text = "name: q\nevaluation:\n  images: 64\n  metrics: [kid, fid]"
    #expect(
      try mistake(in: text)
        == "e.yaml:3:3: evaluation.images is 64, and fid needs more pictures than the 64 features of the classifier, "
        + "or no fid in evaluation.metrics. Did you mean 'images: 512'?")
    #expect(try mistake(in: "name: q\nevaluation: {images: 65}") == nil)
    #expect(try mistake(in: "name: q\nevaluation: {images: 20, metrics: [kid]}") == nil)
    #expect(try mistake(in: "name: q\nevaluation: {images: 19, metrics: [kid]}")?.contains("from 20 to") == true)
  }

  @Test func `against a split without pictures are refused`() throws {
    let split = "data: {split: {train: 0.9, validation: 0.1, test: 0}}"
    #expect(
      try mistake(in: "name: q\n\(split)\nevaluation: {images: 512, reference: test}")
        == "e.yaml:3:27: evaluation.reference is test, and data.split.test is 0. Did you mean 'reference: train'?")
    #expect(try mistake(in: "name: q\n\(split)\nevaluation: {images: 512, reference: validation}") == nil)
  }

  @Test func `warn of scores that mean nothing, and of a sweep's metric that nobody records`() throws {
    let untold = try plan("name: q\nconditioning: {kind: none}\nevaluation: {images: 512, metrics: [class_accuracy]}")
    #expect(untold.stages.allSatisfy { $0.kind != .evaluate })
    #expect(untold.warnings.contains { $0.hasPrefix("class_accuracy is left out: the network is told no class") })
    let sweep = "sweep: {metric: {name: kid}, repeats: 2}"
    #expect(try plan("name: q\n\(sweep)").warnings.contains { $0.hasPrefix("sweep.metric is kid, and no run") })
    let few = "model: {norm_groups: 8}"
    #expect(try plan("name: q\n\(few)\nevaluation: {images: 512}\n\(sweep)").warnings == [])
    #expect(
      try plan("name: q\n\(few)\nevaluation: {metrics: [kid]}").warnings
        == ["evaluation.metrics (line 3) has no effect: it acts only where evaluation.images is given"])
  }

  /// As `scripts/identity-goldens.py` works them out; as for the others, they change only where old work is to be done
  /// again.
  @Test func `stay what they were`() throws {
    let plan = try plan(
      "name: golden\nevaluation: {images: 100, labels: equal, metrics: [kid, fid], reference: test}")
    #expect(
      plan.stages.suffix(3).map(\.hash) == [
        "376e569e351b7baf8d1e0e97622e9b14efbaef84a9291cf1752deffdd8437398",
        "90f0595a3d883c620673e88be7e356f3dc7deccfab19c41b16c7d0a1035bd0e0",
        "afc6a04a528066d5b51132d26e2d59765792e524a4f8e21534e7801fda0fffba",
      ])
  }
}
