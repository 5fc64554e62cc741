import Experiments
import Foundation
import RunStore

/// A stage's kernel lock as the launcher holds it and hands it to the trainer, which inherits the descriptor.
///
/// The kernel frees the lock when the last process that has the descriptor is gone. So it outlives a launcher that dies
/// before its trainer does, and a trainer that dies until the launcher has recorded how.
final class StageHold: Sendable {
  let descriptor: Int32

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Nil where another process executes the stage.
  ///
  /// Whoever looks whether a stage is being executed holds its lock for an instant, so nil is certain only after a few
  /// tries.
  static func take(_ stage: String, in store: RunStore) throws -> StageHold? {
    let file = store.lockFile(ofStage: stage)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw InputError("the lock \(file.path) cannot be opened: \(String(cString: strerror(errno)))")
    }
    let hold = StageHold(descriptor: descriptor)
    for attempt in 0..<5 {
      if attempt > 0 { usleep(2_000) }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return hold }
    }
    return nil
  }
}
