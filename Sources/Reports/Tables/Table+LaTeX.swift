extension Table {
  /// A `tabular` by the package booktabs, the notes as small paragraphs below.
  public var latex: String {
    let alignments = columns.map { $0.alignment == .right ? "r" : "l" }.joined()
    let header = columns.map { escaped($0.title) }
    let body = rows.map { row in
      row.map { $0.emphasis == .strong ? "\\textbf{\(escaped($0.text))}" : escaped($0.text) }
    }
    func line(_ cells: [String]) -> String { "  " + cells.joined(separator: " & ") + " \\\\\n" }
    return "% \\usepackage{booktabs}\n\\begin{tabular}{\(alignments)}\n  \\toprule\n" + line(header) + "  \\midrule\n"
      + body.map(line).joined() + "  \\bottomrule\n\\end{tabular}\n"
      + (notes.isEmpty ? "" : "\n{\\par\\footnotesize\n" + notes.map { escaped($0) + "\\par\n" }.joined() + "}\n")
  }

  private func escaped(_ text: String) -> String {
    text.map { Self.latexSigns[$0] ?? String($0) }.joined()
  }

  private static let latexSigns: [Character: String] = [
    "\\": "\\textbackslash{}", "&": "\\&", "%": "\\%", "$": "\\$", "#": "\\#", "_": "\\_", "{": "\\{", "}": "\\}",
    "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "<": "\\textless{}", ">": "\\textgreater{}", "\n": " ",
    "±": "$\\pm$", "−": "$-$", "×": "$\\times$", "δ": "$\\delta$", "–": "--", "…": "\\dots{}", "≈": "$\\approx$",
    "·": "$\\cdot$",
    // The end of a row would take these as its own.
    "[": "{[}", "*": "{*}",
  ]
}
