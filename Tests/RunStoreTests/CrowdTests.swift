import Experiments
import Foundation
import GRDB
import Synchronization
import Testing

@testable import RunStore

@Suite struct CrowdTests {
  let folder = try! TemporaryFolder()

  @Test func `many write and read at once, and nothing acknowledged is missing`() throws {
    let path = folder.path("runs.db")
    let stages = (0..<16).map { hash("\($0) of a crowd") }
    let creators = try stages.map { try StoreWriter(["create", path, $0]) }
    for creator in creators {
      _ = creator.rest()
      #expect(creator.process.terminationStatus == 0)
    }
    let writers = try stages.map { try StoreWriter(["crowd", path, $0, "1"]) }
    let readers = try stages.prefix(4).map { try StoreWriter(["read", path, String($0.prefix(12)), "1"]) }
    let counts = writers.map { $0.rest().first?.split(separator: " ").first.flatMap { Int($0) } ?? 0 }
    for reader in readers { #expect(!reader.rest().isEmpty) }
    #expect((writers + readers).allSatisfy { $0.process.terminationStatus == 0 })
    let store = try RunStore(path: path, mode: .readOnly)
    for (stage, count) in zip(stages, counts) {
      let steps = try store.history(ofRun: String(stage.prefix(12)), key: "train.l1").map(\.step)
      #expect(steps == Array(0..<count) && count > 0)
    }
    #expect(try integrity(store) == "ok")
  }

  @Test func `who cannot write for long is heard in the end`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    var configuration = GRDB.Configuration()
    configuration.allowsUnsafeTransactions = true
    let foreign = try DatabaseQueue(path: store.path, configuration: configuration)
    try foreign.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      try? store.setTag("note", to: "late", ofRun: run.id)
      done.signal()
    }
    // Longer than SQLite's own patience.
    #expect(done.wait(timeout: .now() + 1.5) == .timedOut)
    try foreign.inDatabase { try $0.execute(sql: "COMMIT") }
    #expect(done.wait(timeout: .now() + 30) == .success)
    #expect(try store.tags(ofRun: run.id) == ["note": "late"])
  }

  @Test func `nobody begins to write while another is at the front`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    let front = try FileLock.waiting(for: store.artifacts.appending(path: "locks/writers.lock"))
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      try? store.setTag("note", to: "second", ofRun: run.id)
      done.signal()
    }
    #expect(done.wait(timeout: .now() + 0.2) == .timedOut)
    #expect(try store.tags(ofRun: run.id).isEmpty)
    front.release()
    #expect(done.wait(timeout: .now() + 30) == .success)
    #expect(try store.tags(ofRun: run.id) == ["note": "second"])
  }

  @Test func `the log begins anew beside readers that are never all away`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    let readers = try (0..<2).map { _ in try Reader(path: store.path) }
    let isOver = Mutex(false)
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      try? readers[0].begin()
      while !isOver.withLock(\.self) {
        for (next, last) in [(1, 0), (0, 1)] {
          try? readers[next].begin()
          try? readers[last].end()
          usleep(200)
        }
      }
      try? readers[0].end()
      done.signal()
    }
    let recorder = try store.begin(stage: run.stages[1])
    let pages = 3 * WriteAheadLog.mostPages / 2
    let cells = (0..<300).map {
      GridCell(index: $0, noiseIndex: $0, label: 0, labelName: "x", size: 64, rgb: Array(repeating: 1, count: 12288))
    }
    for epoch in 0..<pages / 900 { try recorder.gridCells(cells, epoch: epoch) }
    let size = try FileManager.default.attributesOfItem(atPath: store.path + "-wal")[.size] as? Int ?? 0
    isOver.withLock { $0 = true }
    done.wait()
    #expect(size > 0)
    #expect(size < 5 * WriteAheadLog.mostPages * 4096 / 4)
    #expect(try store.gridEpochs(ofRun: run.id).count == pages / 900)
  }

  @Test func `a store whose log was being taken in when its process died is whole`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    let recorder = try store.begin(stage: run.stages[1])
    for step in 0..<20 { try recorder.metric("metric \(step)", step: step, value: 1) }
    let torn = folder.path("torn.db")
    try FileManager.default.copyItem(atPath: store.path + "-wal", toPath: torn + "-wal")
    try FileManager.default.copyItem(atPath: store.path, toPath: torn)
    // The first page says already how long the file is going to be.
    let length = try store.read { try Int.fetchOne($0, sql: "PRAGMA page_count") } ?? 0
    let handle = try FileHandle(forWritingTo: URL(filePath: torn))
    try handle.seek(toOffset: 28)
    try handle.write(contentsOf: withUnsafeBytes(of: UInt32(length).bigEndian) { Data($0) })
    try handle.close()
    let size = try FileManager.default.attributesOfItem(atPath: torn)[.size] as? Int ?? 0
    #expect(size < length * 4096)
    #expect(try RunStore(path: torn, mode: .readOnly).metricKeys(ofRun: run.id).count == 20)
    let opened = try RunStore(path: torn, mode: .existing)
    #expect(try integrity(opened) == "ok")
  }
}

/// Reads from the store from `begin` to `end`.
private final class Reader: Sendable {
  private let queue: DatabaseQueue

  init(path: String) throws {
    var configuration = GRDB.Configuration()
    configuration.allowsUnsafeTransactions = true
    configuration.readonly = true
    queue = try DatabaseQueue(path: path, configuration: configuration)
  }

  func begin() throws {
    try queue.inDatabase { database in
      try database.execute(sql: "BEGIN")
      _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM run")
    }
  }

  func end() throws {
    try queue.inDatabase { try $0.execute(sql: "COMMIT") }
  }
}
