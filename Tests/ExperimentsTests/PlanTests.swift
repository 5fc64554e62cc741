import Foundation
import Testing

@testable import Experiments

@Suite struct `Plans` {
  @Test func `warn of what is allowed and probably not meant`() throws {
    #expect(
      try plan("name: q").warnings == [
        "a level has as many channels as model.norm_groups (32), so each channel is normalised by itself, and the "
          + "time embedding, a constant a channel, cannot act there; fewer groups let it"
      ])
    #expect(
      try plan("name: q\nmodel: {norm_groups: 8}\nconditioning: {warmup: {epochs: 12}}").warnings == [
        "conditioning.warmup.epochs (12) is not reached within training.epochs (10), so nothing is ever frozen or masked"
      ])
    #expect(
      try plan("name: q\nmodel: {norm_groups: 8}\nconditioning:\n  kind: none\n  bottleneck: 16").warnings == [
        "conditioning.bottleneck (line 5) has no effect: it acts only where conditioning.kind is label"
      ])
    #expect(try plan("name: q\nmodel: {norm_groups: 8}").warnings == [])
  }

  @Test func `find a relative folder beside the file that names it`() throws {
    let scratch = try Scratch()
    _ = try scratch.write("", to: "pictures/a.png")
    let file = try scratch.write("name: q\ndata: {source: images, path: ../pictures}", to: "files/e.yaml")
    let plan = try Plan.make(Experiment.load(file: file), sourceDigest: { _ in "" })
    let path = scratch.url.appendingPathComponent("pictures").standardizedFileURL.path
    #expect(plan.runs.first?.parameters["data.path"] == .string(path))
  }

  @Test func `ask for each source's digest once`() throws {
    var asked: [Int] = []
    let experiment = try load(
      "name: q\nsweep: {parameters: {data.count: {values: [10, 20]}, model.dropout: {values: [0, 0.5]}}, repeats: 2}")
    let plan = try Plan.make(experiment) { configuration in
      asked.append(configuration.count)
      return ""
    }
    #expect(asked == [10, 20])
    #expect(plan.stages.count { $0.kind == .prepare } == 2)
  }

  @Test func `pass on why a source has no digest`() throws {
    let experiment = try load("name: q")
    #expect(throws: InputError("no pictures")) {
      try Plan.make(experiment) { _ in throw InputError("no pictures") }
    }
  }

  @Test func `come back from their stages' JSON`() throws {
    for stage in try plan("name: q\nsampling: {grid: {every_epochs: 3}}").stages {
      let data = try JSONEncoder().encode(stage)
      #expect(try JSONDecoder().decode(Stage.self, from: data) == stage)
    }
  }

  @Test func `are the same for an experiment without a file`() throws {
    let settings: Parameters = ["model.dropout": 0, "training.epochs": 3, "training.betas": [0, 0.5]]
    let made = try Plan.make(Experiment(name: "q", settings: settings)) { _ in "" }
    let read = try plan("name: q\nmodel: {dropout: 0}\ntraining: {epochs: 3, betas: [0, 0.5]}")
    #expect(made.runs == read.runs)
    #expect(made.stages == read.stages)
    let error = #expect(throws: InputError.self) {
      try Plan.make(Experiment(name: "q", settings: ["model.dropuot": 0])) { _ in "" }
    }
    #expect(error?.message == "unknown setting 'model.dropuot'")
    #expect(error?.suggestion == "model.dropout")
  }

  private func load(_ text: String) throws -> Experiment {
    let scratch = try Scratch()
    return try Experiment.load(file: scratch.write(text))
  }
}
