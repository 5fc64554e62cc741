public import ArgumentParser
import Files
import Foundation
public import Reports

extension Format: ExpressibleByArgument {}

/// Where something that is listed goes, and how it is written.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How it is written. (default: by the output's ending, else a table)",
      valueName: "format"))
  var format: Format?

  @Option(help: ArgumentHelp("Write to this file instead.", valueName: "file"), completion: .file())
  var output: String?

  func write(_ report: Report) throws {
    try write(report.text)
  }

  /// Writes what `text` comes to in the format that is asked for.
  func write(_ text: (_ format: Format, _ terminal: Terminal) -> String) throws {
    let terminal = output == nil ? Terminal.current : .plain
    try OutputOptions.write(text(chosenFormat, terminal), to: output)
  }

  var chosenFormat: Format { format ?? formatOfOutput }

  private var formatOfOutput: Format {
    switch output.map({ URL(filePath: $0).pathExtension.lowercased() }) {
    case "json": .json
    case "csv": .csv
    case "md": .markdown
    case "tex": .latex
    case "html": .html
    default: .table
    }
  }

  static func write(_ text: String, to output: String?) throws {
    if let output {
      try DurableFile.write(Data(text.utf8), to: URL(filePath: output))
    } else {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }
  }
}

extension Terminal {
  static var current: Terminal { standardOutput(environment: ProcessInfo.processInfo.environment) }
}

/// A list as a person types it: commas between its elements, other than inside brackets.
struct CommaSeparated: ExpressibleByArgument {
  let elements: [String]

  init?(argument: String) {
    var elements = [""]
    var depth = 0
    for character in argument {
      if character == "[" || character == "{" { depth += 1 }
      if character == "]" || character == "}" { depth -= 1 }
      if character == ",", depth == 0 {
        elements.append("")
      } else {
        elements[elements.count - 1].append(character)
      }
    }
    self.elements = elements.map { $0.trimmingCharacters(in: .whitespaces) }
    if self.elements.contains("") { return nil }
  }
}
