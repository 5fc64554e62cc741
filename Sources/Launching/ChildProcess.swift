import Experiments
import Foundation
import Synchronization

/// A program in a process of its own, in a process group of its own, so that the terminal's Ctrl-C does not reach it.
///
/// Its standard input is a pipe that nothing is written to: when this process dies, however it does, the pipe closes,
/// and the program sees its end.
final class ChildProcess: Sendable {
  enum End: Equatable, Sendable {
    case exited(Int32)
    case signalled(Int32)
  }

  /// The descriptor under which the program has `inherited`.
  static let inheritedDescriptor: Int32 = 3

  private struct State {
    var hasEnded = false
  }

  let process: pid_t
  private let input: Int32
  private let state = Mutex(State())

  /// Starts `program`.
  ///
  /// - Parameters:
  ///   - inherited: a descriptor that the program gets as number 3.
  ///   - onLine: each line of standard output, without its end.
  ///   - onEnd: how the program ended, and the last lines of its standard error; called once, after every line.
  init(
    program: URL, arguments: [String], environment: [String: String], inherited: Int32,
    onLine: @escaping @Sendable (String) -> Void, onEnd: @escaping @Sendable (End, [String]) -> Void
  ) throws {
    let (process, input, output, errors) = try spawning.withLock { _ in
      let input = try Pipe.closedOnExec()
      let output = try Pipe.closedOnExec()
      let errors = try Pipe.closedOnExec()
      defer { closeAll(input.read, output.write, errors.write) }
      do {
        let process = try spawn(
          program, arguments, environment,
          descriptors: [(input.read, 0), (output.write, 1), (errors.write, 2), (inherited, Self.inheritedDescriptor)])
        return (process, input.write, output.read, errors.read)
      } catch {
        closeAll(input.write, output.read, errors.read)
        throw error
      }
    }
    self.process = process
    self.input = input

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
      close(input)
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

/// The last lines that a program said.
private final class LastLines: Sendable {
  private static let most = 20
  private let kept = Mutex<[String]>([])

  var lines: [String] { kept.withLock { $0 } }

  func add(_ line: String) {
    kept.withLock { $0 = ($0 + [line]).suffix(Self.most) }
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
