extension Table {
  /// A `<table>` with its notes below, as a part of a page.
  var htmlFragment: String {
    func classes(_ column: Column, _ emphasis: Emphasis = .none) -> String {
      let names = (column.alignment == .right ? ["number"] : []) + (emphasis == .none ? [] : ["\(emphasis)"])
      return names.isEmpty ? "" : " class=\"\(names.joined(separator: " "))\""
    }
    let header = columns.map { "<th\(classes($0))>\($0.title.htmlEscaped)</th>" }.joined()
    let body = rows.map { row in
      let cells = zip(columns, row).map { "<td\(classes($0, $1.emphasis))>\($1.text.htmlEscaped)</td>" }
      return "<tr>\(cells.joined())</tr>\n"
    }
    return "<table>\n<thead><tr>\(header)</tr></thead>\n<tbody>\n\(body.joined())</tbody>\n</table>\n"
      + notes.map { "<p class=\"note\">\($0.htmlEscaped)</p>\n" }.joined()
  }
}

extension String {
  var htmlEscaped: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}

/// One file that needs no other: its style stands in it, and pictures are within.
struct HTMLPage {
  let title: String
  let body: String

  var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>\(title.htmlEscaped)</title>
    <style>
    body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 76em; padding: 0 1em; color: #1b1b1f;
      background: #fff; }
    h1 { font-size: 1.4em; } h2 { font-size: 1.1em; margin-top: 2em; }
    table { border-collapse: collapse; margin: 1em 0; font-variant-numeric: tabular-nums; }
    thead { border-bottom: 1px solid #999; } tbody { border-bottom: 1px solid #999; }
    th, td { padding: .25em .8em .25em 0; text-align: left; vertical-align: baseline; white-space: nowrap; }
    .number { text-align: right; } .strong { font-weight: 700; } .good { color: #1a7f37; } .bad { color: #b3261e; }
    .faint { color: #757575; } .note { color: #555; margin: .3em 0; max-width: 60em; }
    .scroll { overflow-x: auto; } svg { max-width: 100%; height: auto; }
    .grid td, .grid th { padding: 2px 6px 2px 0; text-align: center; font-weight: 400; font-size: .85em; }
    .grid th:first-child { text-align: right; } .grid img { image-rendering: pixelated; display: block; }
    </style>
    </head>
    <body>
    \(body)</body>
    </html>

    """
  }
}
