import Foundation

/// What the standard output can show.
public struct Terminal: Equatable, Sendable {
  public enum Colours: Sendable { case none, palette, exact }

  /// Columns; nil where nobody looks: text goes to a pipe or a file, and is as wide as it is.
  public let width: Int?
  public let colours: Colours
  public var graphics = Graphics.none

  public init(width: Int?, colours: Colours) {
    self.width = width
    self.colours = colours
  }

  /// A pipe or a file: no width, no escape codes.
  public static let plain = Terminal(width: nil, colours: .none)

  /// The terminal behind the standard output, or `plain` where there is none.
  ///
  /// `NO_COLOR` (no-color.org), `COLORTERM`, `TERM` and `COLUMNS` are read from `environment`.
  public static func standardOutput(environment: [String: String]) -> Terminal {
    guard isatty(1) == 1 else { return .plain }
    var size = winsize()
    let measured = ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    let width = environment["COLUMNS"].flatMap { Int($0) } ?? measured
    return Terminal(width: max(width, 20), colours: colours(environment: environment))
  }

  static func colours(environment: [String: String]) -> Colours {
    let term = environment["TERM"] ?? "dumb"
    if environment["NO_COLOR", default: ""] != "" || term == "dumb" { return .none }
    let exact = ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") || term.hasSuffix("-direct")
    return exact ? .exact : .palette
  }
}

/// Select Graphic Rendition sequences (ECMA-48, 8.3.117), or nothing where there are no colours.
struct Style {
  let colours: Terminal.Colours

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func colour(_ text: String, _ palette: Int) -> String { wrap(text, "38;5;\(palette)") }

  private func wrap(_ text: String, _ code: String) -> String {
    colours == .none || text.isEmpty ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
