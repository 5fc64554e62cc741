import Experiments
import Foundation
import GRDB
import Testing

@testable import RunStore

@Suite struct OpeningTests {
  let folder = try! TemporaryFolder()

  @Test func `a missing or an empty file is no store, and is not made one by looking`() throws {
    for mode in [RunStore.Mode.existing, .readOnly] {
      #expect(throws: InputError("no such store", file: folder.path("a.db"))) {
        try RunStore(path: folder.path("a.db"), mode: mode)
      }
    }
    try Data().write(to: URL(filePath: folder.path("b.db")))
    for mode in [RunStore.Mode.existing, .readOnly] {
      #expect(throws: InputError("the store is empty", file: folder.path("b.db"))) {
        try RunStore(path: folder.path("b.db"), mode: mode)
      }
    }
    #expect(try contents() == ["b.db"])
    _ = try RunStore(path: folder.path("b.db"), mode: .create)
    #expect(try RunStore(path: folder.path("b.db"), mode: .readOnly).runs().isEmpty)
  }

  @Test(arguments: [RunStore.Mode.create, .existing, .readOnly])
  func `what is not a store is refused and left untouched`(mode: RunStore.Mode) throws {
    let text = Data("metrics: {kid: 0.1}\n".utf8)
    try text.write(to: URL(filePath: folder.path("text.db")))
    #expect(throws: InputError("no store: file is not a database", file: folder.path("text.db"))) {
      try RunStore(path: folder.path("text.db"), mode: mode)
    }
    let foreign = try DatabasePool(path: folder.path("foreign.db"))
    try foreign.write { try $0.execute(sql: "CREATE TABLE mlflow (x); INSERT INTO mlflow VALUES (1)") }
    try foreign.close()
    let bytes = try Data(contentsOf: URL(filePath: folder.path("foreign.db")))
    #expect(throws: InputError("an SQLite file, but no store of Darkroom's", file: folder.path("foreign.db"))) {
      try RunStore(path: folder.path("foreign.db"), mode: mode)
    }
    #expect(throws: InputError("a folder, not a store", file: folder.url.path(percentEncoded: false))) {
      try RunStore(path: folder.url.path(percentEncoded: false), mode: mode)
    }
    #expect(try Data(contentsOf: URL(filePath: folder.path("foreign.db"))) == bytes)
    #expect(try Data(contentsOf: URL(filePath: folder.path("text.db"))) == text)
    #expect(try contents() == ["foreign.db", "text.db"])
  }

  @Test(arguments: [RunStore.Mode.create, .existing, .readOnly])
  func `a newer Darkroom's store is refused and left untouched`(mode: RunStore.Mode) throws {
    let path = try committedStore()
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('of tomorrow')") }
    try queue.close()
    let message = "the store was written by a newer Darkroom, which this one cannot read"
    #expect(throws: InputError(message, file: path)) { try RunStore(path: path, mode: mode) }
    let tables = try DatabaseQueue(path: path).read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM grdb_migrations")
    }
    #expect(tables == migrations.migrations.count + 1)
  }

  @Test func `an older store is brought up to date by a writer, and kept as it is by a reader`() throws {
    let path = folder.path("old.db")
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA application_id = \(StoreHeader.applicationID)")
    }
    try queue.close()
    #expect(throws: InputError.self) { try RunStore(path: path, mode: .readOnly) }
    let store = try RunStore(path: path, mode: .existing)
    try store.register(plan([plannedRun("one")]))
    #expect(try RunStore(path: path, mode: .readOnly).runs().count == 1)
  }

  @Test func `a store that lacks nothing but what writers need is read as it is`() throws {
    let path = try committedStore()
    let queue = try DatabaseQueue(path: path)
    try queue.write { database in
      let later = migrations.migrations.drop { $0 != lastMigrationForReaders }.dropFirst()
      for name in later {
        try database.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = ?", arguments: [name])
      }
      #expect(database.changesCount == 1)
    }
    try queue.close()
    #expect(try RunStore(path: path, mode: .readOnly).runs().count == 1)
    #expect(try RunStore(path: path, mode: .existing).runs().count == 1)
    #expect(try DatabaseQueue(path: path).read(migrations.hasCompletedMigrations))
  }

  @Test func `runs of a store from before trainings were shared stay to the ends of theirs`() throws {
    let path = folder.path("whole.db")
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA application_id = \(StoreHeader.applicationID)")
    }
    try migrations.migrate(queue, upTo: "runs, stages and what they record")
    try queue.write { database in
      try database.execute(
        sql: """
          INSERT INTO stage (number, hash, kind, first_epoch, end_epoch, parameters) VALUES (1, 'a', 'train', 0, 3, '{}');
          INSERT INTO run (number, id, name, created_at) VALUES (1, 'old', 'old', 0);
          INSERT INTO path (run, position, stage) VALUES (1, 0, 1);
          """)
    }
    try queue.close()
    let stages = try RunStore(path: path, mode: .existing).summary(ofRun: "old").stages
    #expect(stages.map(\.hash) == ["a"])
    #expect(stages.map(\.endEpoch) == [nil])
  }

  @Test func `metrics of a store from before there were buckets are thinned like others`() throws {
    let path = folder.path("points.db")
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA application_id = \(StoreHeader.applicationID)")
    }
    try migrations.migrate(queue, upTo: "runs that leave a training before its end")
    try queue.write { database in
      try database.execute(
        sql: """
          INSERT INTO stage (number, hash, kind, first_epoch, end_epoch, parameters) VALUES (1, 'a', 'train', 0, 3, '{}');
          INSERT INTO run (number, id, name, created_at) VALUES (1, 'old', 'old', 0);
          INSERT INTO path (run, position, stage) VALUES (1, 0, 1);
          INSERT INTO attempt VALUES (1, 1, 'host', 1, 'FINISHED', NULL, '{}', 0, 1);
          INSERT INTO metric_key VALUES (1, 'kid');
          WITH RECURSIVE steps(step) AS (VALUES (0) UNION ALL SELECT step + 1 FROM steps WHERE step < 2999)
          INSERT INTO metric (stage, key, step, value, time, attempt, sequence)
          SELECT 1, 1, step, step * 7919 % 3000, 0, 1, step FROM steps;
          INSERT INTO stage_metric SELECT 1, 1, value, 2999, 0, 0, 2999, 1 FROM metric WHERE step = 2999;
          INSERT INTO run_metric SELECT * FROM stage_metric;
          """)
    }
    try queue.close()
    let store = try RunStore(path: path, mode: .existing)
    #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM metric_bucket WHERE level = 0") } == 46)
    // Stretches of 1024 steps.
    let steps = (0..<3).flatMap { stretch -> [Int] in
      let steps = (stretch * 1024..<min(stretch * 1024 + 1024, 3000)).sorted { $0 * 7919 % 3000 < $1 * 7919 % 3000 }
      return [steps[0], steps[steps.count - 1]]
    }
    #expect(try store.history(ofRun: "old", key: "kid", points: 9).map(\.step) == Set(steps + [0, 2999]).sorted())
    #expect(try store.runs(matching: Filter("kid.min = 0")).count == 1)
  }

  @Test func `a committed store is read in journal mode DELETE, without a trace`() throws {
    let path = try committedStore()
    let bytes = try Data(contentsOf: URL(filePath: path))
    let copy = try TemporaryFolder()
    try bytes.write(to: URL(filePath: copy.path("runs.db")))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o500], ofItemAtPath: copy.url.path(percentEncoded: false))
    let store = try RunStore(path: copy.path("runs.db"), mode: .readOnly)
    #expect(try store.runs().count == 1)
    #expect(throws: StoreError.self) { try store.register(plan([plannedRun("two")])) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: copy.url.path(percentEncoded: false)) == ["runs.db"])
    #expect(try Data(contentsOf: URL(filePath: copy.path("runs.db"))) == bytes)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o700], ofItemAtPath: copy.url.path(percentEncoded: false))
  }

  @Test func `a truncated store is refused, and its bytes stay`() throws {
    let path = try committedStore()
    let whole = try Data(contentsOf: URL(filePath: path))
    for length in [1, 99, 100, 4096, 8192, whole.count / 2, whole.count - 1] {
      let part = whole.prefix(length)
      let cut = folder.path("cut-\(length).db")
      try part.write(to: URL(filePath: cut))
      #expect(throws: InputError.self) { try RunStore(path: cut, mode: .readOnly).runs() }
      #expect(throws: InputError.self) { try RunStore(path: cut, mode: .existing).runs() }
      #expect(try Data(contentsOf: URL(filePath: cut)) == part)
    }
  }

  @Test func `artifacts lie beside the file, in a folder of its name`() throws {
    let store = try RunStore(path: folder.path("my runs.db"), mode: .create)
    #expect(store.artifacts.path(percentEncoded: false) == folder.path(".darkroom/my runs/"))
    #expect(
      store.lockFile(ofStage: hash("x")).path(percentEncoded: false)
        == folder.path(".darkroom/my runs/locks/\(hash("x")).lock"))
  }

  @Test func `a stage's lock is held by one, and free again once released`() throws {
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    var lock = try store.lock(stage: hash("x"))
    #expect(lock != nil)
    #expect(try store.lock(stage: hash("x")) == nil)
    #expect(try store.lock(stage: hash("y")) != nil)
    lock = nil
    #expect(try store.lock(stage: hash("x")) != nil)
  }

  @Test(.enabled(if: SmallDisk.isPossible, "a small disk takes root's rights to mount"))
  func `a full disk is told of, and nothing is half-written`() throws {
    let disk = try SmallDisk()
    defer { disk.unmount() }
    let store = try RunStore(path: disk.path("runs.db"), mode: .create)
    let run = plannedRun("one")
    try store.register(plan([run]))
    let recorder = try store.begin(stage: run.stages[1])
    let epoch = { (epoch: Int) in
      let cells = (0..<4).map {
        GridCell(index: $0, noiseIndex: $0, label: 0, labelName: "x", size: 64, rgb: Array(repeating: 1, count: 12288))
      }
      return [
        Record.Content.metric(key: "train.l1", step: epoch, value: 1), .gridCells(cells, epoch: epoch),
        .event(type: "checkpoint.saved", epoch: epoch, payload: .null),
      ]
    }
    var done = 0
    var failure: StoreError?
    while failure == nil, done < 1000 {
      do {
        try recorder.record(epoch(done))
        done += 1
      } catch let error as StoreError {
        failure = error
      }
    }
    #expect(failure?.message == "no space is left on the disk; nothing of this was written")
    #expect(done > 0)
    #expect(try store.history(ofRun: run.id, key: "train.l1").count == done)
    #expect(try store.gridEpochs(ofRun: run.id).count == done)
    #expect(try store.events(ofRun: run.id).count == done)
    #expect(try store.summary(ofRun: run.id).metrics["train.l1"]?.lastStep == done - 1)
    #expect(try integrity(store) == "ok")
  }

  private func contents() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path(percentEncoded: false)).sorted()
  }

  /// As the reference store is committed: checkpointed, journal mode DELETE.
  private func committedStore() throws -> String {
    let path = folder.path("committed.db")
    try RunStore(path: path, mode: .create).register(plan([plannedRun("one")]))
    let queue = try DatabaseQueue(path: path)
    let mode = try queue.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
    #expect(mode == "delete")
    try queue.close()
    return path
  }
}

/// A disk of one megabyte.
struct SmallDisk {
  private let folder: TemporaryFolder

  static var isPossible: Bool {
    guard geteuid() == 0, let disk = try? SmallDisk() else { return false }
    disk.unmount()
    return true
  }

  init() throws {
    folder = try TemporaryFolder()
    try Self.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.url.path(percentEncoded: false))
  }

  func path(_ name: String) -> String { folder.path(name) }

  func unmount() {
    try? Self.run("umount", "-l", folder.url.path(percentEncoded: false))
  }

  private static func run(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
  }
}
