import Foundation

/// From process to process, through a Unix socket: whoever sends a lock has it still, and the kernel releases it when
/// both are gone.
extension StageLock {
  private static let longest = 4096

  /// What travels beside bytes to hand on a descriptor (cmsg(3)).
  private struct Rights {
    var header = cmsghdr()
    var descriptor: Int32 = -1
  }

  /// Sends a line of less than 4 kB, without its end, and the lock with it.
  ///
  /// - Returns: false where nobody reads any more.
  public func send(with line: String, through socket: Int32) -> Bool {
    var rights = Rights()
    rights.header.cmsg_len = numericCast(MemoryLayout<Rights>.size)
    rights.header.cmsg_level = SOL_SOCKET
    rights.header.cmsg_type = Int32(SCM_RIGHTS)
    rights.descriptor = lock.descriptor
    var bytes = Array("\(line)\n".utf8)
    let sent = Self.withMessage(&bytes, &rights) { message in
      #if os(Linux)
        sendmsg(socket, &message, Int32(MSG_NOSIGNAL))
      #else
        sendmsg(socket, &message, 0)
      #endif
    }
    return sent == bytes.count
  }

  /// Waits for the next line, without its end, and the lock that came with it; nil where the other side is gone, or
  /// sent a line without one.
  public static func receive(from socket: Int32) -> (line: String, lock: StageLock)? {
    var rights = Rights()
    var bytes = [UInt8](repeating: 0, count: longest)
    let count = withMessage(&bytes, &rights) { message in
      #if os(Linux)
        recvmsg(socket, &message, Int32(MSG_CMSG_CLOEXEC))
      #else
        recvmsg(socket, &message, 0)
      #endif
    }
    guard count > 0, rights.descriptor >= 0 else { return nil }
    let line = String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return (line, StageLock(FileLock(descriptor: rights.descriptor)))
  }

  /// - Returns: how many bytes went through; less than 0 where none could. Signals don't cut it short.
  private static func withMessage(_ bytes: inout [UInt8], _ rights: inout Rights, _ body: (inout msghdr) -> Int) -> Int
  {
    bytes.withUnsafeMutableBytes { bytes in
      withUnsafeMutableBytes(of: &rights) { rights in
        var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
        return withUnsafeMutablePointer(to: &part) { part in
          while true {
            var message = msghdr()
            message.msg_iov = part
            message.msg_iovlen = 1
            message.msg_control = rights.baseAddress
            message.msg_controllen = numericCast(rights.count)
            let count = body(&message)
            if count >= 0 || errno != EINTR { return count }
          }
        }
      }
    }
  }
}
