import Foundation

extension FileHandle {
  /// Writes to a child's input. A child that is gone by then is no reason to die of SIGPIPE: its missing answer tells.
  func writeToChild(_ data: Data) {
    var broken = sigset_t()
    sigemptyset(&broken)
    sigaddset(&broken, SIGPIPE)
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &broken, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    do {
      try write(contentsOf: data)
    } catch {
      var pending = sigset_t()
      sigpending(&pending)
      var taken: Int32 = 0
      if sigismember(&pending, SIGPIPE) == 1 { sigwait(&broken, &taken) }
    }
  }
}
