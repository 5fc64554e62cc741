import Experiments
import Foundation

/// A trainer that answers what it is asked, a line a line.
final class AskedTrainer {
  private let process = Process()
  private let (input, output) = (Foundation.Pipe(), Foundation.Pipe())
  private var unread = Data()

  /// Throws `InputError` where it cannot be started.
  init(_ trainer: URL, _ command: String) throws {
    process.executableURL = trainer
    process.arguments = [command]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw InputError("\(trainer.path) cannot be started")
    }
  }

  /// Some kB at most, which a pipe holds: the trainer reads them when it is ready. One that is gone by then is no reason
  /// to die of SIGPIPE: its missing answer tells.
  func tell(_ lines: [String]) {
    var broken = sigset_t()
    sigemptyset(&broken)
    sigaddset(&broken, SIGPIPE)
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &broken, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    do {
      try input.fileHandleForWriting.write(contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
    } catch {
      var pending = sigset_t()
      sigpending(&pending)
      var taken: Int32 = 0
      if sigismember(&pending, SIGPIPE) == 1 { sigwait(&broken, &taken) }
    }
  }

  /// Its next line; nil where it ended, or says what isn't JSON.
  func answer() -> Value? {
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: unread[..<end], as: UTF8.self)
        unread = Data(unread[(end + 1)...])
        return try? Value(json: line)
      }
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { return nil }
      unread.append(more)
    }
  }

  /// It ends by itself once its input has.
  /// - Returns: whether it ended well.
  @discardableResult
  func end() -> Bool {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
