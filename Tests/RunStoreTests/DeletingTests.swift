import Experiments
import Foundation
import GRDB
import Testing

@testable import RunStore

@Suite struct DeletingTests {
  let folder = try! TemporaryFolder()

  private func axis(_ dropout: Double) -> [AxisValue] {
    [AxisValue(axis: "model.dropout", settings: ["model.dropout": .double(dropout)])]
  }

  /// Runs `a` and `b` share a training; `c` has one of its own. All stages are finished, preparation and trainings with a file each.
  private func store() throws -> (store: RunStore, runs: [PlannedRun]) {
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    let runs = [
      plannedRun("a", axes: axis(0)), plannedRun("b", axes: axis(0.2)), plannedRun("c", training: "u", axes: axis(0.4)),
    ]
    let plan = plan(runs)
    try store.register(plan)
    for stage in plan.stages {
      let recorder = try store.begin(stage: stage.hash)
      try recorder.record([
        .metric(key: "train.l1", step: 0, value: 1), .event(type: "warmup.frozen", epoch: 0, payload: nil),
      ])
      if stage.kind != .sample { try recorder.checkpoint(file(stage.states.last ?? stage.hash, in: store)) }
      try recorder.finish()
    }
    return (store, runs)
  }

  /// A file of one byte, whose SHA-256 is that of "x" by coreutils' sha256sum.
  private func file(_ state: String, in store: RunStore) throws -> Checkpoint {
    let path = "checkpoints/\(state).safetensors"
    let url = store.artifacts.appending(path: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("x".utf8).write(to: url)
    return Checkpoint(
      state: state, epochs: 3, path: path,
      sha256: "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", bytes: 1)
  }

  private func write(_ path: String, in store: RunStore) throws {
    let url = store.artifacts.appending(path: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("abc".utf8).write(to: url)
  }

  private func isThere(_ path: String, in store: RunStore) -> Bool {
    FileManager.default.fileExists(atPath: store.artifacts.appending(path: path).path(percentEncoded: false))
  }

  @Test func `a deleted run is in no answer until it is restored`() throws {
    let (store, runs) = try store()
    let before = try store.runs(sort: RunOrder("name"))
    try store.delete(run: runs[1].id)
    #expect(try store.runs(sort: RunOrder("name")).map(\.name) == ["a", "c"])
    #expect(try store.runs(matching: Filter("not name = 'a'")).map(\.name) == ["c"])
    #expect(try store.runs(sweep: "quickstart").count == 2)
    #expect(try store.sweeps()[0].runs == [runs[0].id, runs[2].id])
    #expect(try store.deletedRuns().map(\.name) == ["b"])
    let message = "the run 'b' is deleted; `darkroom restore \(runs[1].id)` brings it back"
    #expect(throws: InputError(message, file: store.path)) { try store.run(named: "b") }
    #expect(throws: InputError("the run 'a' isn't deleted", file: store.path)) { try store.run(named: "a", .deleted) }
    try store.restore(run: store.run(named: "b", .deleted))
    #expect(try store.runs(sort: RunOrder("name")) == before)
    #expect(throws: InputError("no run is deleted", file: store.path)) { try store.run(named: "x", .deleted) }
  }

  @Test func `launching a deleted run brings it back with all that was recorded`() throws {
    let (store, runs) = try store()
    let before = try store.summary(ofRun: runs[1].id)
    try store.delete(run: runs[1].id)
    try store.register(plan(runs))
    #expect(try store.runs(matching: Filter("name = 'b'")) == [before])
  }

  @Test func `what is being executed is not deleted`() throws {
    let (store, runs) = try store()
    let lock = try #require(try store.lock(stage: runs[2].stages[1]))
    _ = try store.begin(stage: runs[2].stages[1])
    #expect(throws: InputError.self) { try store.delete(run: runs[2].id) }
    withExtendedLifetime(lock) {}
  }

  @Test func `freeing takes deleted runs and what was theirs alone, and says beforehand what`() throws {
    let (store, runs) = try store()
    #expect(try store.garbage().isEmpty)
    try store.delete(run: runs[1].id)
    try store.delete(run: runs[2].id)
    let kept = try store.summary(ofRun: runs[0].id)
    let wanted = try store.garbage()
    #expect(wanted.runs == [runs[1].id, runs[2].id])
    #expect(Set(wanted.stages) == [runs[1].stages[2], runs[2].stages[1], runs[2].stages[2]])
    #expect(wanted.bytes == wanted.files.count)
    #expect(!wanted.files.map(\.path).contains("checkpoints/\(runs[0].stages[1]).safetensors"))
    #expect(wanted.files.map(\.path).contains("checkpoints/\(runs[2].stages[1]).safetensors"))

    #expect(try store.freeGarbage() == wanted)
    #expect(try store.garbage().isEmpty)
    #expect(try store.deletedRuns().isEmpty)
    var summary = try store.summary(ofRun: runs[0].id)
    summary.stages = summary.stages.enumerated().map { index, stage in
      var stage = stage
      stage.shared = kept.stages[index].shared
      return stage
    }
    #expect(summary == kept)
    #expect(isThere("checkpoints/\(runs[0].stages[1]).safetensors", in: store))
    #expect(!isThere("checkpoints/\(runs[2].stages[1]).safetensors", in: store))
    #expect(throws: InputError.self) { try store.stage(runs[2].stages[1]) }
    #expect(try store.examine().isEmpty)
    try store.register(plan(runs))
    #expect(try store.runs().count == 3)
    #expect(try store.summary(ofRun: runs[2].id).status == .scheduled)
  }

  @Test func `what a live process executes stays, with all that it goes back to`() throws {
    let (store, runs) = try store()
    try store.delete(run: runs[2].id)
    var lock = try store.lock(stage: runs[2].stages[2])
    #expect(lock != nil)
    #expect(try store.garbage().stages == [])
    #expect(try store.freeGarbage().stages == [])
    #expect(isThere("checkpoints/\(runs[2].stages[1]).safetensors", in: store))
    #expect(try store.stage(runs[2].stages[1]).hash == runs[2].stages[1])
    lock = nil
    // Its run went the first time; now the stages that nobody needs go too.
    #expect(try Set(store.freeGarbage().stages) == [runs[2].stages[1], runs[2].stages[2]])
  }

  @Test func `one stage that is executed keeps no other`() throws {
    let (store, runs) = try store()
    for run in runs[1...] { try store.delete(run: run.id) }
    let lock = try #require(try store.lock(stage: runs[1].stages[2]))
    #expect(try Set(store.freeGarbage().stages) == Set(runs[2].stages[1...]))
    withExtendedLifetime(lock) {}
  }

  @Test func `what Slurm has before it stays, and what it has done goes with its runs`() throws {
    let (store, runs) = try store()
    let (kept, gone) = (runs[0].stages[2], runs[2].stages[2])
    func task(_ stage: String) -> SlurmTask { SlurmTask(stage: stage, name: "job-\(stage)", index: 0, attempts: 1) }
    func paths(_ stage: String) -> [String] {
      ["orders/\(stage).json", "records/\(stage)/1.jsonl", "jobs/job-\(stage)/script.sh"]
    }
    for stage in [kept, gone] {
      try store.announce([task(stage)])
      for path in paths(stage) { try write(path, in: store) }
    }
    try store.delete(run: runs[2].id)
    #expect(try store.freeGarbage(settled: 0).files.isEmpty)
    #expect(try store.stage(gone).hash == gone)
    try store.close([task(gone)])
    #expect(try Set(store.freeGarbage(settled: 0).files.map(\.path)).isSuperset(of: paths(gone)))
    #expect(paths(kept).allSatisfy { isThere($0, in: store) })
  }

  /// Whatever points at a run, a stage or an attempt has to go before it, also what a later step of the schema adds.
  @Test func `every table that points at stages and runs is emptied of theirs`() throws {
    let (store, runs) = try store()
    for run in runs { try store.delete(run: run.id) }
    try store.write { database in
      try database.execute(
        sql: """
          INSERT INTO record_file (name, stage, attempt, taken) SELECT 'x', stage, number, 0 FROM attempt LIMIT 1
          """)
    }
    _ = try store.freeGarbage()
    try store.read { database in
      for table in try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'") {
        let targets = try Row.fetchAll(database, sql: "SELECT * FROM pragma_foreign_key_list(?)", arguments: [table])
          .map { $0["table"] as String }
        guard !Set(targets).isDisjoint(with: ["run", "stage", "attempt"]) else { continue }
        #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") == 0, "\(table)")
      }
    }
  }

  @Test func `files that belong to nothing go once they are settled`() throws {
    let (store, runs) = try store()
    let paths = [
      "checkpoints/none.safetensors", "checkpoints/.a.safetensors.1.2.tmp", "resume/\(runs[0].stages[1])/epoch-1",
      "evaluations/\(hash("gone"))/closest-pairs.png", "evaluations/\(runs[0].stages[2])/closest-pairs.png",
    ]
    for path in paths { try write(path, in: store) }
    #expect(try store.garbage().files.isEmpty)
    #expect(try Set(store.freeGarbage(settled: 0).files.map(\.path)) == Set(paths.dropLast()))
    #expect(isThere(paths[4], in: store))
    #expect(paths.dropLast().allSatisfy { !isThere($0, in: store) })
  }

  @Test func `the doctor tells of files that are lost, cut or altered, and of dead processes`() throws {
    let (store, runs) = try store()
    #expect(try store.examine().isEmpty)
    let names = [runs[0].stages[0], runs[0].stages[1], runs[2].stages[1]].map { "checkpoints/\($0).safetensors" }
    try FileManager.default.removeItem(at: store.artifacts.appending(path: names[0]))
    try Data("xy".utf8).write(to: store.artifacts.appending(path: names[1]))
    try Data("y".utf8).write(to: store.artifacts.appending(path: names[2]))
    _ = try store.begin(stage: runs[1].stages[2])
    try store.delete(run: runs[2].id)
    let found = try store.examine()
    let messages = Dictionary(uniqueKeysWithValues: found.map { ($0.subject, $0.message) })
    #expect(messages[names[0]] == "missing")
    #expect(messages[names[1]] == "2 bytes long where 1 were written")
    #expect(messages[names[2]] == "not what was written: its SHA-256 differs")
    #expect(try store.examine(digests: false).count == found.count - 1)
    let stage = try #require(found.first { $0.subject == "stage \(runs[1].stages[2].prefix(12))" })
    #expect(stage.severity == .note && stage.message.contains(runs[1].id))
    #expect(messages["deleted runs"] == "1")
  }

  @Test func `the doctor tells of rows that point at nothing`() throws {
    let (store, runs) = try store()
    try store.write { database in
      try database.execute(sql: "COMMIT; PRAGMA foreign_keys = OFF; BEGIN")
      try database.execute(sql: "DELETE FROM path; DELETE FROM run WHERE id = ?", arguments: [runs[0].id])
    }
    let problem = try #require(try store.examine().first { $0.subject == "table run_parameter" })
    #expect(problem.severity == .problem)
    #expect(problem.message.hasSuffix("rows point at rows of run that are not there"))
  }

  @Test func `views show runs that aren't deleted, with their tags and every point on their way`() throws {
    let (store, runs) = try store()
    try store.setTag("keep", to: "yes", ofRun: runs[0].id)
    try store.delete(run: runs[1].id)
    func texts(_ sql: String) throws -> [String] { try store.read { try String.fetchAll($0, sql: sql) } }
    #expect(try texts("SELECT name FROM run_table ORDER BY name") == ["a", "c"])
    #expect(try texts("SELECT tags FROM run_table WHERE name = 'a'") == [#"{"keep":"yes"}"#])
    #expect(
      try texts("SELECT text FROM parameter_table WHERE parameter = 'model.dropout' ORDER BY name") == ["0.2", "0.2"])
    #expect(try texts("SELECT metric || ' ' || last FROM metric_table WHERE name = 'a'") == ["train.l1 1.0"])
    // Of three stages each.
    #expect(try texts("SELECT name FROM point_table ORDER BY name") == ["a", "a", "a", "c", "c", "c"])
    #expect(try texts("SELECT DISTINCT type FROM event_table") == ["warmup.frozen"])
    #expect(
      try texts("SELECT kind FROM stage_table WHERE name = 'a' ORDER BY position") == ["prepare", "train", "sample"])
  }
}
