import Experiments
import Foundation
import RunStore
import Synchronization

/// A program in a process of its own, in a process group of its own, so that the terminal's Ctrl-C does not reach it.
///
/// Its standard input is a socket: when this process dies, however it does, the socket closes, and the program sees its
/// end.
final class ChildProcess: Sendable {
  enum End: Equatable, Sendable {
    case exited(Int32)
    case signalled(Int32)
  }

  private struct State {
    var hasEnded = false
    /// Nil once it is closed.
    var input: Int32?

    mutating func closeInput() {
      if let open = input.take() { close(open) }
    }
  }

  let process: pid_t
  private let state: Mutex<State>

  /// Starts `program`.
  ///
  /// - Parameters:
  ///   - onLine: each line of standard output, without its end.
  ///   - onEnd: how the program ended, and the last lines of its standard error, of those after the last form feed; called
  ///     once, after every line.
  init(
    program: URL, arguments: [String], environment: [String: String],
    onLine: @escaping @Sendable (String) -> Void, onEnd: @escaping @Sendable (End, [String]) -> Void
  ) throws {
    let (process, input, output, errors) = try spawning.withLock { _ in
      let input = try Pipe.ofSockets()
      let output = try Pipe.closedOnExec()
      let errors = try Pipe.closedOnExec()
      defer { closeAll(input.read, output.write, errors.write) }
      do {
        let process = try spawn(
          program, arguments, environment,
          descriptors: [(input.read, 0), (output.write, 1), (errors.write, 2)])
        return (process, input.write, output.read, errors.read)
      } catch {
        closeAll(input.write, output.read, errors.read)
        throw error
      }
    }
    self.process = process
    state = Mutex(State(input: input))

    let readers = DispatchGroup()
    let lastLines = LastLines()
    Self.read(output, in: readers, onLine)
    Self.read(errors, in: readers) { lastLines.add($0) }
    Thread.detachNewThread { [self] in
      let end = wait()
      // A grandchild may hold the pipes open for ever; what it still says is not waited for.
      _ = readers.wait(timeout: .now() + 1)
      onEnd(end, lastLines.lines)
    }
  }

  /// Sends a signal to the program and to what it started; does nothing once the program has ended.
  func signal(_ number: Int32) {
    state.withLock { state in
      if !state.hasEnded { kill(-process, number) }
    }
  }

  /// Hands the program a lock through its standard input.
  /// - Returns: false where it has ended, and so won't have it.
  func send(_ line: String, with lock: StageLock) -> Bool {
    state.withLock { state in state.input.map { lock.send(with: line, through: $0) } ?? false }
  }

  func endInput() {
    state.withLock { $0.closeInput() }
  }

  /// Whether somebody has stopped it (SIGSTOP, Ctrl-Z), and it waits to be continued.
  var isSuspended: Bool {
    var information = siginfo_t()
    return waitid(P_PID, id_t(process), &information, WSTOPPED | WNOWAIT | WNOHANG) == 0
      && information.si_signo == SIGCHLD
  }

  /// Waits without reaping first, so that no signal can go to a process that has got the same number since.
  private func wait() -> End {
    var information = siginfo_t()
    while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    return state.withLock { state in
      state.hasEnded = true
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      state.closeInput()
      return status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
    }
  }

  private static func read(_ descriptor: Int32, in group: DispatchGroup, _ onLine: @escaping @Sendable (String) -> Void)
  {
    group.enter()
    Thread.detachNewThread {
      var lines = LineSplitter()
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = Foundation.read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { break }
        lines.add(buffer[..<count], onLine)
      }
      lines.finish(onLine)
      close(descriptor)
      group.leave()
    }
  }
}

/// The last lines that a program said, of the page that a form feed began.
private final class LastLines: Sendable {
  private static let most = 20
  private let kept = Mutex<[String]>([])

  var lines: [String] { kept.withLock { $0 } }

  func add(_ line: String) {
    kept.withLock { $0 = line == "\u{C}" ? [] : ($0 + [line]).suffix(Self.most) }
  }
}

/// Cuts bytes into lines.
struct LineSplitter {
  /// What is longer is passed on in pieces, so that a program that writes no line ends fills no memory.
  private static let longest = 1 << 16
  private var rest: [UInt8] = []

  mutating func add(_ bytes: ArraySlice<UInt8>, _ onLine: (String) -> Void) {
    for byte in bytes {
      if byte == UInt8(ascii: "\n") || rest.count >= Self.longest { finish(onLine) }
      if byte != UInt8(ascii: "\n") { rest.append(byte) }
    }
  }

  mutating func finish(_ onLine: (String) -> Void) {
    if !rest.isEmpty { onLine(String(decoding: rest, as: UTF8.self)) }
    rest = []
  }
}
