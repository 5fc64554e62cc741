import Experiments
import Foundation
import Synchronization

/// Both ends of a pipe, or of what is like one.
struct Pipe {
  let read: Int32
  let write: Int32

  /// A pipe that children don't inherit by themselves. Only inside `spawning`, so that no child begins in between.
  static func closedOnExec() throws -> Pipe {
    try closedOnExec { pipe(&$0) }
  }

  /// The same through Unix sockets, which take descriptors along.
  static func ofSockets() throws -> Pipe {
    #if os(Linux)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    return try closedOnExec { ends in
      let status = socketpair(AF_UNIX, kind, 0, &ends)
      #if !os(Linux)
        var yes: Int32 = 1
        setsockopt(ends[1], SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
      #endif
      return status
    }
  }

  private static func closedOnExec(_ make: (inout [Int32]) -> Int32) throws -> Pipe {
    var ends: [Int32] = [0, 0]
    guard make(&ends) == 0 else { throw InputError("no pipe can be made: \(String(cString: strerror(errno)))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return Pipe(read: ends[0], write: ends[1])
  }
}

func closeAll(_ descriptors: Int32...) {
  for descriptor in descriptors { close(descriptor) }
}

/// Held while pipes are made and programs started: a child that inherits another's pipe would keep it open.
let spawning = Mutex(())

/// Starts a program in a process group of its own, with the usual answers to signals, and with `descriptors` under the
/// given numbers.
///
/// Throws `InputError` where it cannot be started.
func spawn(
  _ program: URL, _ arguments: [String], _ environment: [String: String],
  descriptors: [(here: Int32, there: Int32)]
) throws -> pid_t {
  #if os(Linux)
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
  #else
    var actions: posix_spawn_file_actions_t?
    var attributes: posix_spawnattr_t?
  #endif
  posix_spawn_file_actions_init(&actions)
  posix_spawnattr_init(&attributes)
  defer {
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
  }

  // A descriptor may have the number that another is to get, so all of them are first moved out of the way.
  let moved = descriptors.map { fcntl($0.here, F_DUPFD_CLOEXEC, 64) }
  defer { for descriptor in moved { close(descriptor) } }
  for (descriptor, number) in zip(moved, descriptors.map(\.there)) {
    posix_spawn_file_actions_adddup2(&actions, descriptor, number)
  }

  var usual = sigset_t()
  sigemptyset(&usual)
  posix_spawnattr_setsigmask(&attributes, &usual)
  for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&usual, signal) }
  posix_spawnattr_setsigdefault(&attributes, &usual)
  posix_spawnattr_setpgroup(&attributes, 0)
  posix_spawnattr_setflags(
    &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

  #if os(Linux)
    // libdispatch gives its threads priorities of their own, and a child takes over that of the thread that starts it.
    let which = __priority_which_t(PRIO_PROCESS.rawValue)
    let ofThread = getpriority(which, 0)
    setpriority(which, 0, getpriority(which, id_t(getpid())))
    defer { setpriority(which, 0, ofThread) }
  #endif

  var process: pid_t = 0
  let words = ([program.path] + arguments).map { strdup($0) }
  let variables = environment.map { strdup("\($0.key)=\($0.value)") }
  defer { for text in words + variables { free(text) } }
  let failure = posix_spawn(&process, program.path, &actions, &attributes, words + [nil], variables + [nil])
  guard failure == 0 else {
    throw InputError("\(program.path) cannot be started: \(String(cString: strerror(failure)))")
  }
  return process
}
