public import Foundation

/// The kernel's lock on a stage that is being executed, so that nothing is done twice at once. It goes with the
/// process that holds it, however that dies.
public final class StageLock: Sendable {
  private let descriptor: Int32

  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }
}

extension RunStore {
  /// `locks/HASH.lock` in the artifacts folder.
  public func lockFile(ofStage hash: String) -> URL {
    artifacts.appending(path: "locks/\(hash).lock")
  }

  /// Takes a stage's lock, or gives nil where another holds it. It is held until the result is released; children
  /// started meanwhile don't inherit it.
  public func lock(stage hash: String) throws -> StageLock? {
    throw StoreError(path: path, message: "not written yet")
  }
}
