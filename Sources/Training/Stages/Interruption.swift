import Dispatch
import Foundation
import Synchronization

/// A wish from outside that work should stop: SIGINT, SIGTERM, or that whoever started this process is gone.
public enum Interruption {
  private static let isWished = Atomic(false)
  nonisolated(unsafe) private static var sources: [any DispatchSourceProtocol] = []

  /// Work was stopped as somebody wished.
  struct Stopped: Error, CustomStringConvertible {
    let description = "stopped from outside"
  }

  static var isThere: Bool { isWished.load(ordering: .relaxed) }

  static func wish() { isWished.store(true, ordering: .relaxed) }

  /// Listens from now on. Where standard input is a pipe, its end is a wish to stop too.
  ///
  /// - Parameter onWish: called for every signal.
  public static func listen(onWish: @escaping @Sendable () -> Void = {}) {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        wish()
        onWish()
      }
      source.resume()
      sources.append(source)
    }
    var status = stat()
    guard fstat(0, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { return }
    Thread.detachNewThread {
      var byte: UInt8 = 0
      while true {
        let count = read(0, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) { break }
      }
      wish()
    }
  }

  /// - Throws: `Stopped` where work should stop.
  static func check() throws {
    if isThere { throw Stopped() }
  }
}
