import Dispatch
import Files
import Foundation
import RunStore
import Synchronization
import Torch

/// The stages that whoever started this process asks it to execute, one after another.
public final class StageRequests: Sendable {
  private let asked = Mutex<[(hash: String, lock: StageLock)]>([])
  private let news = DispatchSemaphore(value: 0)

  /// In bytes. What libraries keep after a stage took up to 70 MB.
  private static let mostKept = 256 << 20

  /// Executes what is asked for on standard input until that ends, somebody wishes so, or this process holds much more
  /// than when it began.
  ///
  /// - Throws: what stopped a stage, after recording that; then it executes nothing more.
  public static func execute(in database: String) throws {
    let requests = StageRequests()
    Interruption.listen { requests.news.signal() }
    let begin = residentBytes()
    while try requests.executeNext(in: database) {
      Runtime.releaseMemory()
      guard residentBytes() - begin <= mostKept else { return }
      ProgressLines().ready()
    }
  }

  private init() {
    Thread.detachNewThread { [self] in
      while let request = StageLock.receive(from: STDIN_FILENO) {
        asked.withLock { $0.append((request.line, request.lock)) }
        news.signal()
      }
      Interruption.wish()
      news.signal()
    }
  }

  /// - Returns: false where nothing more is to be done.
  private func executeNext(in database: String) throws -> Bool {
    news.wait()
    guard !Interruption.isThere, let (hash, lock) = asked.withLock({ $0.popLast() }) else { return false }
    // Whoever keeps the last lines of standard error wants those of one stage.
    FileHandle.standardError.tell("\n\u{C}\n")
    Surroundings.forgetPeakMemory()
    try StageExecution(RunStore(path: database, mode: .existing), ProgressLines()).run(hash, holding: lock)
    return true
  }
}
