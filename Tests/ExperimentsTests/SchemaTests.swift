import Foundation
import Testing

@testable import Experiments

/// The repository's folder.
let repository = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// Compares a file that is kept with what the code makes of it; `DARKROOM_RECORD=1` renews it instead.
func expectKept(_ text: String, as path: String, after marker: String = "") throws {
  let url = repository.appendingPathComponent(path)
  var head = ""
  if !marker.isEmpty {
    let kept = try String(contentsOf: url, encoding: .utf8)
    let range = try #require(kept.range(of: marker))
    head = String(kept[..<range.upperBound]) + "\n"
  }
  if ProcessInfo.processInfo.environment["DARKROOM_RECORD"] == "1" {
    try (head + text).write(to: url, atomically: true, encoding: .utf8)
  }
  let kept = try String(contentsOf: url, encoding: .utf8)
  #expect(kept == head + text, "\(path) is not what the code says; renew it with DARKROOM_RECORD=1")
}

@Suite struct `The schema` {
  @Test func `is kept as JSON schema`() throws {
    try expectKept(Schema.json.indentedJSON + "\n", as: "docs/experiment.schema.json")
    #expect(try Value(json: Schema.json.indentedJSON) == Schema.json)
  }

  @Test func `is kept as the reference`() throws {
    try expectKept("\n" + Schema.reference, as: "docs/experiment-file.md", after: "--filter ExperimentsTests`. -->")
  }

  @Test func `names each setting once, and none as a block`() {
    #expect(Set(Schema.fields.map(\.path)).count == Schema.fields.count)
    for field in Schema.fields {
      #expect(!Schema.isBlock(field.path))
    }
  }

  @Test func `has defaults that its own rules accept`() throws {
    #expect(try plan("name: q").runs.count == 1)
    for field in Schema.fields {
      guard case .value(let value) = field.default, value != .null else { continue }
      let written = value.json
      let text = "name: q\n\(block(field.path, written))"
      if field.path == "data.source" || field.only?.values == ["images"] { continue }
      let run = try #require(try plan(text).runs.first)
      #expect(run.parameters[field.path] == value, "\(field.path)")
    }
  }

  @Test func `refuses by name what is to come, and knows none of it`() {
    for field in Schema.fields { #expect(!LaterKeys.contains(field.path)) }
  }

  private func block(_ path: String, _ value: String) -> String {
    let names = path.split(separator: ".")
    return names.reversed().reduce(value) { text, name in "{\(name): \(text)}" }.dropFirst().dropLast().description
  }
}

@Suite struct `The example files` {
  @Test func `quickstart trains a network for each distinct training, not for each run`() throws {
    let file = repository.appendingPathComponent("experiments/quickstart.yaml").path
    let plan = try Plan.make(Experiment.load(file: file), sourceDigest: { _ in "" })
    #expect(plan.runs.count == 8)
    #expect(plan.stages.count { $0.kind == .train } == 4)
    #expect(plan.stages.count { $0.kind == .prepare } == 1)
    #expect(plan.stages.count { $0.kind == .sample } == 8)
    #expect(plan.warnings == [])
  }

  @Test(arguments: ["part2-conditional-sprites", "part3-improved-sprites"])
  func `seeds take their authors' arrays, and have a reduced form that needs none`(name: String) throws {
    let folder = repository.appendingPathComponent("experiments/seeds")
    func plan(_ file: String, _ overrides: [String] = []) throws -> Plan {
      let experiment = try Experiment.load(
        file: folder.appendingPathComponent("\(file).yaml").path, overrides: overrides)
      return try Plan.make(experiment, sourceDigest: { _ in "" })
    }
    let scratch = try Scratch()
    let array = try scratch.write("", to: "a.npy")
    let whole = try plan(name, ["data.pictures=\(array)", "data.labels=\(array)"])
    let reduced = try plan("\(name)-reduced")
    for plan in [whole, reduced] {
      #expect(plan.runs.count == 1)
      #expect(plan.warnings == [])
    }
    for same in ["conditioning.bottleneck", "training.loss", "training.optimizer", "sampling.sampler", "data.balance"] {
      #expect(whole.runs[0].parameters[same] == reduced.runs[0].parameters[same], "\(same)")
    }
  }

  @Test func `crawl-tiles asks for its folder, and takes it from the command line`() throws {
    let file = repository.appendingPathComponent("experiments/crawl-tiles.yaml").path
    let error = #expect(throws: InputError.self) {
      try Plan.make(Experiment.load(file: file), sourceDigest: { _ in "" })
    }
    #expect(error?.message.contains("-S data.path=FOLDER") == true)
    let scratch = try Scratch()
    let experiment = try Experiment.load(file: file, overrides: ["data.path=\(scratch.url.path)"])
    let plan = try Plan.make(experiment, sourceDigest: { $0.path ?? "" })
    #expect(plan.runs.count == 8)
    #expect(plan.runs.first?.parameters["data.classes"]?["monster"] == ["mon/**"])
    #expect(plan.warnings == [])
  }
}
