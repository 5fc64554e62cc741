public import Foundation

/// The kernel's lock on a stage that is being executed, so that nothing is done twice at once. It goes with the
/// last process that has it, however that dies.
public final class StageLock: Sendable {
  let lock: FileLock

  init(_ lock: FileLock) {
    self.lock = lock
  }

  deinit {
    lock.release()
  }
}

extension StageStore {
  /// `locks/HASH.lock` in the artifacts folder.
  public func lockFile(ofStage hash: String) -> URL {
    artifacts.appending(path: "locks/\(hash).lock")
  }
}

extension RunStore {
  /// Takes a stage's lock, or gives nil where another holds it. It is held until the result is released; child
  /// processes don't inherit it.
  ///
  /// Whoever looks whether an executing process still lives holds the lock for an instant, so nil is certain only
  /// after a few tries.
  public func lock(stage hash: String) throws -> StageLock? {
    for attempt in 0..<5 {
      if attempt > 0 { usleep(2_000) }
      if let lock = try FileLock.taken(at: lockFile(ofStage: hash)) { return StageLock(lock) }
    }
    return nil
  }
}
