import Experiments
import Foundation
import RunStore
import Testing

/// Questions to a store that holds a finished sweep but for one run.
@Suite struct QuestionTests {
  private let fixture: StoreFixture

  init() throws {
    fixture = try StoreFixture()
  }

  /// The output of a command that must succeed.
  private func ask(_ arguments: [String], environment: [String: String] = [:]) throws -> String {
    let result = try Program.run(arguments, in: fixture.folder, environment: environment)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors == "")
    return result.output
  }

  private func list(_ value: Value) -> [Value] {
    if case .list(let values) = value { values } else { [] }
  }

  @Test func `runs gives JSON of the design's shape`() throws {
    defer { fixture.remove() }
    let runs = list(try Value(json: ask(["runs", "--sweep", "shapes", "--format", "json"])))
    #expect(runs.count == 12)
    let planned = fixture.plan.runs[0]
    let run = try #require(runs.first { $0["id"] == .string(planned.id) })
    guard case .map(let entries) = run else { return }
    #expect(
      entries.map(\.key) == [
        "id", "name", "sweep", "status", "created_at", "started_at", "ended_at", "wall_seconds", "seed", "params",
        "metrics", "stages",
      ])
    #expect(run["name"] == .string(planned.name))
    #expect(run["sweep"] == "shapes")
    #expect(run["status"] == "FINISHED")
    #expect(run["seed"] == 7)
    #expect(run["params"]?["model.dropout"] == planned.parameters["model.dropout"])
    #expect(run["params"]?["conditioning.bottleneck"] == .null)
    let metric = try #require(run["metrics"]?["validation.l1"])
    #expect(metric["last_step"] == 9)
    let last = 0.12 + 0.5 / 10 - 0.004
    #expect(abs(try #require(metric["last"]?.number) - last) < 1e-12)
    #expect(abs(try #require(metric["max"]?.number) - (0.12 + 0.5 - 0.004)) < 1e-12)
    #expect(metric["min"] == metric["last"])
    let stages = list(run["stages"] ?? .null)
    #expect(stages.map { $0["hash"] } == planned.stages.map { .string($0) })
    #expect(stages.map { $0["kind"] } == ["prepare", "train", "sample"])
    #expect(stages.map { $0["shared"] } == [true, true, false])
    #expect(runs.count { $0["status"] == "FAILED" } == 1)
  }

  @Test func `what Slurm's tasks have told is part of the answer, though no launch follows them`() throws {
    defer { fixture.remove() }
    let store = try RunStore(path: fixture.database, mode: .existing)
    let stage = try #require(fixture.plan.runs.last?.stages.last)
    try store.announce([SlurmTask(stage: stage, name: "a", job: 7, index: 0, attempts: 1)])
    try store.writeOrders(for: [stage]) { _ in true }
    let node = try DetachedStore(artifacts: store.artifacts, stage: stage, attempt: "7_0-0")
    let lock = try #require(try node.lock(stage: stage))
    let recorder = try node.begin(stage: stage, environment: [:])
    #expect(try ask(["runs", "--columns", "status", "--format", "csv"]).contains("RUNNING"))
    try recorder.finish()
    withExtendedLifetime(lock) {}
    #expect(try !ask(["runs", "--columns", "status", "--format", "csv"]).contains("RUNNING"))
    #expect(try store.slurmTasks(ofStages: [stage]).isEmpty)
  }

  @Test func `history gives every point as it was recorded`() throws {
    defer { fixture.remove() }
    let points = list(
      try Value(json: ask(["history", fixture.plan.runs[0].id, "validation.l1", "--format", "json"])))
    #expect(points.compactMap { $0["step"]?.number } == (0..<10).map(Double.init))
    let recorded = (0..<10).map { epoch -> Double in 0.12 + 0.5 / Double(epoch + 1) - 0.004 }
    #expect(points.compactMap { $0["value"]?.number } == recorded)
    guard case .string(let time)? = points[0]["time"] else {
      Issue.record("a point without a time")
      return
    }
    #expect(try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(time) < Date.now)
  }

  @Test func `compare counts each training once and says which difference is real`() throws {
    defer { fixture.remove() }
    let arguments = ["compare", "--sweep", "shapes", "--by", "dropout", "--baseline", "dropout=0", "--metric"]
    let value = try Value(json: ask(arguments + ["validation.l1", "--format", "json"]))
    #expect(value["by"] == ["model.dropout"])
    let groups = list(value["groups"] ?? .null)
    #expect(groups.map { $0["params"] } == [["model.dropout": 0.0], ["model.dropout": 0.2]])
    #expect(groups.map { $0["n"] } == [3, 3])
    // Differences by seed are −0.2 (0.1 + 0.005 seed): mean −0.028 at seed 8, sd 0.001, t(0.975, 2) = 4.302653.
    let difference = try #require(groups[1]["metrics"]?["validation.l1"])
    let half = 4.302653 * 0.001 / 3.0.squareRoot()
    #expect(abs(try #require(difference["difference"]?.number) + 0.028) < 1e-12)
    #expect(abs(try #require(difference["difference_low"]?.number) - (-0.028 - half)) < 1e-8)
    #expect(abs(try #require(difference["difference_high"]?.number) - (-0.028 + half)) < 1e-8)
    #expect(difference["verdict"] == "better")
    #expect(groups[0]["metrics"]?["validation.l1"]?["verdict"] == nil)

    let csv = try ask(arguments + ["validation.l1", "--format", "csv"]).components(separatedBy: "\r\n")
    #expect(csv.count == 4 && csv[0].hasPrefix("model.dropout,n,pictures_seen,training_seconds,validation.l1.mean,"))
  }

  @Test func `a comparison is drawn, and is a page of its own`() throws {
    defer { fixture.remove() }
    let arguments = ["compare", "--sweep", "shapes", "--by", "sampling,dropout", "--metric"]
    #expect(try ask(arguments + ["validation.l1", "--plot", "l1.svg"]).contains("validation.l1"))
    let svg = try String(contentsOf: fixture.folder.appending(path: "l1.svg"), encoding: .utf8)
    #expect(svg.hasPrefix("<svg xmlns") && svg.contains("Shaded: warm-up."))
    // A band for each of the two networks, which two samplers share; the shaded span.
    #expect(svg.components(separatedBy: "<polygon").count - 1 == 3)
    #expect(try ask(arguments + ["sample.seconds", "--plot", "s.png", "--plot-x", "steps"]) != "")
    let png = try Data(contentsOf: fixture.folder.appending(path: "s.png"))
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))

    let none = try Program.run(
      arguments + ["sample.seconds", "--plot", "none.svg"], in: fixture.folder)
    #expect(none.status == 65 && none.errors.contains("--plot-x"))
    #expect(!FileManager.default.fileExists(atPath: fixture.folder.appending(path: "none.svg").path))

    #expect(try ask(["compare", "--sweep", "shapes", "--output", "page.html"]) == "")
    let page = try String(contentsOf: fixture.folder.appending(path: "page.html"), encoding: .utf8)
    #expect(page.contains("Does DDIM in 10 steps match DDPM in 1000"))
    // Ten cells of each of four groups, and nothing that lies elsewhere.
    #expect(page.components(separatedBy: "<img ").count - 1 == 40)
    #expect(!page.contains("src=\"http") && !page.contains("href"))
  }

  @Test func `tables and pages read as recorded`() throws {
    defer { fixture.remove() }
    let run = "shapes/sampler=ddim,steps=10,dropout=0.2,seed=8"
    func compare(_ arguments: String..., as name: String) throws {
      try expectRecorded(withoutTimes(ask(["compare", "--sweep", "shapes"] + arguments)), name)
    }
    try compare(as: "compare")
    try compare("--baseline", "sampler=ddpm", "--metric", "sample.seconds,validation.mse", as: "compare-baseline")
    try compare("--by", "sampling", "--format", "markdown", as: "compare-markdown")
    try compare("--format", "latex", as: "compare-latex")
    try expectRecorded(
      ask([
        "runs", "status = 'FINISHED' and model.dropout = 0", "--sort", "name", "--columns", "name,seed,validation.l1",
      ]),
      "runs")
    let page = try ask(["show", run]).components(separatedBy: "\n\n")
    // The stages' table is as wide as the seconds that this machine took.
    #expect(page.contains { $0.hasPrefix("Stages\n") && $0.contains("shared with other runs") })
    try expectRecorded(
      withoutTimes(page.filter { !$0.hasPrefix("Stages\n") }.joined(separator: "\n\n")), "show")
    try expectRecorded(withoutTimes(ask(["events", run])), "events")
    try expectRecorded(ask(["plan", "shapes.yaml", "--brief"]), "plan")
  }

  @Test func `plan draws where trainings part`() throws {
    defer { fixture.remove() }
    let text = """
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
    try text.write(to: fixture.folder.appending(path: "grid.yaml"), atomically: true, encoding: .utf8)
    try expectRecorded(ask(["plan", "grid.yaml", "--brief"]), "plan-tree")
  }

  @Test func `plan shows what the trainer says of trainings, once for those that come to the same`() throws {
    defer { fixture.remove() }
    let trainer = fixture.folder.appending(path: "trainer")
    let answer = """
      {"parameters":{"unet":1000000,"label":2500,"unet.conv_in":1000,"unet.time_embedding":20000,\
      "unet.encoder_hid_proj":9000,"unet.down_blocks":270000,"unet.mid_block":200000,"unet.up_blocks":490000,\
      "unet.conv_norm_out":1000,"unet.conv_out":9000},"memory":{"weights":4010000,"gradients":4010000,\
      "optimizer":8020000,"average":0,"activations":1200000000,"allocator":300000000,"runtime":131000000,\
      "peak":1647040000},"flops":{"forward":162000000,"training":486000000},\
      "seconds":{"forward":0.001,"training":0.004},"validation":{"passes":8}}
      """
    // What it says of workers hangs on the machine.
    try "#!/bin/sh\n[ $1 = describe ] || exit 1\nwhile read -r line; do echo '\(answer)'; done\n".write(
      to: trainer, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: trainer.path)
    func plan(_ arguments: [String], _ program: String) throws -> Program.Result {
      try Program.run(["plan"] + arguments, in: fixture.folder, environment: ["DARKROOM_TRAINER": program])
    }
    let arguments = ["shapes.yaml", "--db", "none.db"]
    try expectRecorded(plan(arguments, trainer.path).output, "plan-costs")
    let json = try Value(json: plan(arguments + ["--format", "json"], trainer.path).output)
    // 6 trainings of 10 epochs: 400 pictures at 4 ms, 50 to validate in 8 draws at 1 ms. Each is drawn from twice:
    // 10 pictures in 1000 steps, and in 10.
    let (trained, drawn) = (10 * (1.6 + 0.4), 10.1)
    let wanted = 6 * (trained + drawn)
    #expect(abs(try #require(json["seconds_to_go"]?.number) - wanted) < 1e-9)
    #expect(list(json["costs"] ?? .null).count == 2)

    let without = try plan(["shapes.yaml"], "/nowhere")
    #expect(without.status == 0)
    #expect(without.output == (try ask(["plan", "shapes.yaml", "--brief"])))
    #expect(without.errors.hasPrefix("note: no parameters, memory and time: DARKROOM_TRAINER names /nowhere"))
  }

  /// Text less what differs from run to run of the tests.
  private func withoutTimes(_ text: String) -> String {
    text.replacing(#/\d{4}-\d\d-\d\d \d\d:\d\d/#, with: "DATE").replacing(#/ +\d+ ms/#, with: " TIME")
      .replacing(#/ +\d\.\d+ s/#, with: " TIME")
  }

  @Test func `an output file is whole, and its ending names the format`() throws {
    defer { fixture.remove() }
    #expect(try ask(["runs", "--output", "runs.json"]) == "")
    let written = try String(contentsOf: fixture.folder.appending(path: "runs.json"), encoding: .utf8)
    #expect(list(try Value(json: written)).count == 12)
    #expect(try ask(["runs", "--format", "csv"]).hasPrefix("id,name,sweep,status,created_at,"))
    let failed = try Program.run(["runs", "--output", "nowhere/runs.json"], in: fixture.folder)
    #expect(failed.status == 1)
    #expect(failed.errors.contains("nowhere/runs.json"))
  }

  @Test func `a filter that finds nothing says so`() throws {
    defer { fixture.remove() }
    #expect(try ask(["runs", "seed = 99"]) == "No runs.\n")
    #expect(try ask(["runs", "seed = 99", "--format", "json"]) == "[]\n")
  }

  @Test func `the environment names the store`() throws {
    defer { fixture.remove() }
    let result = try Program.run(["runs", "--limit", "1"], environment: ["DARKROOM_DB": fixture.database])
    #expect(result.status == 0)
    #expect(result.output.contains("shapes"))
  }

  @Test func `asking leaves the store as it was`() throws {
    defer { fixture.remove() }
    let file = URL(filePath: fixture.database)
    let before = try Data(contentsOf: file)
    _ = try ask(["runs"])
    _ = try ask(["compare", "--sweep", "shapes"])
    #expect(try Data(contentsOf: file) == before)
  }
}
