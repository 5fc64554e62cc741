import Foundation
import RunStore
import Testing

struct `A stage's lock` {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "locks-\(UUID().uuidString)")

  private func sockets() -> (Int32, Int32) {
    var ends: [Int32] = [0, 0]
    #if os(Linux)
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
    #else
      socketpair(AF_UNIX, SOCK_STREAM, 0, &ends)
    #endif
    return (ends[0], ends[1])
  }

  @Test func `is held until all who got it are gone`() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try RunStore(path: folder.appending(path: "runs.db").path, mode: .create)
    let (here, there) = sockets()
    var sent = try store.lock(stage: "a")
    #expect(sent?.send(with: "a line", through: here) == true)
    sent = nil
    // On its way.
    #expect(try store.lock(stage: "a") == nil)
    var received = StageLock.receive(from: there)
    #expect(received?.line == "a line")
    #expect(try store.lock(stage: "a") == nil)
    received = nil
    let again = try #require(try store.lock(stage: "a"))

    close(there)
    #expect(!again.send(with: "nobody reads it", through: here))
    close(here)
  }

  @Test func `that nobody sends any more is nil, and so is a line without one`() {
    let (here, there) = sockets()
    _ = write(here, "alone\n", 6)
    #expect(StageLock.receive(from: there) == nil)
    close(here)
    #expect(StageLock.receive(from: there) == nil)
    close(there)
  }
}
