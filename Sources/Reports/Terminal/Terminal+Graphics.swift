import Foundation

extension Terminal {
  /// How a terminal draws pictures of its own, beyond signs.
  public enum Graphics: Equatable, Sendable {
    case none
    /// sw.kovidgoyal.net/kitty/graphics-protocol
    case kitty
    /// Of DEC's VT340; `cellWidth` is a column's width in pixels.
    case sixel(cellWidth: Int)
  }

  /// The same terminal with the graphics that it says it has; asking takes a moment where the environment doesn't tell,
  /// so only who shows pictures does.
  public func withGraphics(environment: [String: String]) -> Terminal {
    guard width != nil, colours != .none else { return self }
    var terminal = self
    if Terminal.isKitty(environment: environment) {
      terminal.graphics = .kitty
    } else if isatty(0) == 1, let answer = DeviceAttributes.ask(), DeviceAttributes.hasSixel(answer) {
      var size = winsize()
      let measured = ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_xpixel / size.ws_col) : 0
      terminal.graphics = .sixel(cellWidth: measured > 0 ? measured : 10)
    }
    return terminal
  }

  /// A multiplexer between hides what the terminal can do.
  static func isKitty(environment: [String: String]) -> Bool {
    let term = environment["TERM"] ?? ""
    if term.hasPrefix("screen") || term.hasPrefix("tmux") { return false }
    return environment["KITTY_WINDOW_ID"] != nil || term == "xterm-kitty" || term == "xterm-ghostty"
      || ["ghostty", "WezTerm"].contains(environment["TERM_PROGRAM"])
  }
}

/// A terminal's answer to Primary Device Attributes (ECMA-48, 8.3.24; xterm's control sequences).
enum DeviceAttributes {
  /// `ESC [ ? 62 ; 4 ; … c`; nil where there is no answer within a third of a second.
  static func ask() -> String? {
    var before = termios()
    guard tcgetattr(0, &before) == 0 else { return nil }
    var quiet = before
    quiet.c_lflag &= ~tcflag_t(ICANON | ECHO)
    guard tcsetattr(0, TCSANOW, &quiet) == 0 else { return nil }
    defer { tcsetattr(0, TCSAFLUSH, &before) }
    guard (try? FileHandle.standardOutput.write(contentsOf: Data("\u{1B}[c".utf8))) != nil else { return nil }
    var answer: [UInt8] = []
    var waiting = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    while answer.last != UInt8(ascii: "c"), answer.count < 64, poll(&waiting, 1, 300) > 0 {
      var byte: UInt8 = 0
      guard read(0, &byte, 1) == 1 else { break }
      answer.append(byte)
    }
    return answer.isEmpty ? nil : String(decoding: answer, as: UTF8.self)
  }

  /// 4 among the attributes, the first of which is the terminal's class.
  static func hasSixel(_ answer: String) -> Bool {
    guard let attributes = answer.firstMatch(of: /\[\?([0-9;]+)c/)?.1 else { return false }
    return attributes.split(separator: ";").dropFirst().contains("4")
  }
}
