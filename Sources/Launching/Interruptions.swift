import Dispatch
import Foundation

/// Ctrl-C and its like, as a stream.
public enum Interruptions {
  /// An element for every SIGINT, SIGTERM and SIGHUP of this process, which from now on don't end it by themselves; nor
  /// does SIGPIPE, also when the stream has ended: nobody need read how far it is, and what came of it.
  public static func ofThisProcess() -> AsyncStream<Void> {
    AsyncStream { continuation in
      signal(SIGPIPE, SIG_IGN)
      // Cancelling is safe from any thread, which the type does not say.
      nonisolated(unsafe) let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { continuation.yield() }
        source.resume()
        return source
      }
      continuation.onTermination = { _ in
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
      }
    }
  }

  /// None ever.
  public static var none: AsyncStream<Void> { AsyncStream { _ in } }
}
