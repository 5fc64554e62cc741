import Experiments
import Testing

@testable import Reports

@Suite struct TableTests {
  private var table: Table {
    var table = Table([
      .init("name"), .init("validation.l1", alignment: .right), .init("note", title: "what was said"),
    ])
    table.append([.init("怪物, \"big\""), .init(.double(0.25)), .init(.null)])
    table.append([.init("a|b"), .init(.double(.nan)), .init("two\r\nlines")])
    return table
  }

  @Test func `CSV quotes commas, quotes and line ends, doubles quotes, and ends lines in CR LF`() {
    #expect(
      table.csv == "name,validation.l1,note\r\n\"怪物, \"\"big\"\"\",0.25,\r\na|b,NaN,\"two\r\nlines\"\r\n")
  }

  @Test func `JSON is an array of objects in the order of the columns`() throws {
    let rows = try Value(json: table.json.jsonLines)
    #expect(
      rows == [
        ["name": "怪物, \"big\"", "validation.l1": 0.25, "note": nil],
        ["name": "a|b", "validation.l1": "NaN", "note": "two\r\nlines"],
      ])
    #expect(Table([.init("a")]).json.jsonLines == "[]\n")
  }

  @Test func `LaTeX escapes what a row's end would take as its own, and keeps its small print to itself`() {
    var table = Table([.init("widths"), .init("n", alignment: .right)])
    table.append([.init("[8, 16]"), .init(12)])
    table.append([.init("*_%"), .init(3)])
    table.notes = ["Said below."]
    #expect(table.latex.contains("\\midrule\n  {[}8, 16] & 12 \\\\\n  {*}\\_\\% & 3 \\\\\n"))
    #expect(table.latex.hasSuffix("{\\par\\footnotesize\nSaid below.\\par\n}\n"))
  }

  @Test func `Markdown escapes what would end a cell and aligns by Unicode width`() {
    var table = Table([.init("name"), .init("n", alignment: .right)])
    table.append([.init("怪|x"), .init(12)])
    table.append([.init("e\u{301}t*"), .init(3, emphasis: .strong)])
    table.notes = ["Said below."]
    #expect(
      table.markdown == """
        | name  |     n |
        | ----- | ----: |
        | 怪\\|x |    12 |
        | e\u{301}t\\*  | **3** |

        Said below.

        """)
  }

  @Test func `a pipe gets whole texts, aligned, without escape codes and without spaces at the line's end`() {
    var table = Table([.init("name"), .init("value", alignment: .right), .init("last")])
    table.append([.init(.string(String(repeating: "x", count: 300))), .init(1), .init("y")])
    table.append([.init("怪物", emphasis: .bad), .init(1000), .init("")])
    let lines = table.text(for: .plain).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "name" + String(repeating: " ", count: 298) + "value  last")
    #expect(lines[2] == String(repeating: "x", count: 300) + "      1  y")
    #expect(lines[3] == "怪物" + String(repeating: " ", count: 299) + "1000")
    #expect(!table.text(for: .plain).contains("\u{1B}"))
  }

  @Test(arguments: [20, 30, 40, 60, 80, 120])
  func `no line is wider than the terminal`(width: Int) {
    var table = Table([
      .init("id"), .init("name", narrowest: 8), .init("validation.l1", alignment: .right),
      .init("sample.network_evaluations", alignment: .right), .init("when", narrowest: 8),
    ])
    for row in 0..<3 {
      table.append([
        .init("0123456789ab"), .init(.string("quickstart/怪物=ddim,steps=10,dropout=0.\(row)")), .init(.double(0.123456)),
        .init(1000), .init("2026-11-21 02:50"),
      ])
    }
    table.notes = ["A note that is longer than the narrowest of all these terminals by far."]
    let text = table.text(for: Terminal(width: width, colours: .none))
    for line in text.split(separator: "\n") { #expect(String(line).terminalWidth <= width, "\(line)") }
    // Numbers are shown whole or not at all.
    #expect(text.contains("0.123456") || text.replacing("\n", with: " ").contains("No room for:"))
    #expect(!text.contains("0.12345…"))
  }

  @Test func `titles break after dots before any text is cut`() {
    var table = Table([.init("name"), .init("validation.l1", alignment: .right)])
    table.append([.init("quickstart"), .init(.double(0.5))])
    #expect(
      table.text(for: Terminal(width: 23, colours: .none)) == """
                    validation.
        name                 l1
        ──────────  ───────────
        quickstart          0.5

        """)
  }

  @Test func `columns without room are left out from the right and named`() {
    var table = Table([.init("a", alignment: .right), .init("b", alignment: .right)])
    table.append([.init(1_234_567_890_123), .init(1_234_567_890_123)])
    let text = table.text(for: Terminal(width: 20, colours: .none))
    #expect(text == "            a\n─────────────\n1234567890123\n\nNo room for: b.\n")
  }

  @Test func `widths are those of UAX 11`() {
    #expect("abc".terminalWidth == 3)
    #expect("怪物".terminalWidth == 4)
    #expect("e\u{301}".terminalWidth == 1)
    #expect("ｱ한Ａ".terminalWidth == 5)
    #expect("👩‍👩‍👧🎲".terminalWidth == 4)
    #expect("±…▀⣿–".terminalWidth == 5)
    #expect("怪物怪物".elided(to: 4) == "怪…")
  }

  @Test func `numbers are rounded by their significant digits, never within their integer part`() {
    #expect(0.052134.rounded(significant: 3) == "0.0521")
    #expect(1234.5.rounded(significant: 2) == "1234")
    #expect(Double.nan.rounded(significant: 3) == "nan")
    #expect(readableDuration(seconds: 0.4213) == "0.42 s")
    #expect(readableDuration(seconds: 0.0042) == "4 ms")
    #expect(readableDuration(seconds: 59.7) == "1 min 00 s")
    #expect(readableDuration(seconds: 7512) == "2 h 05 min")
  }
}
