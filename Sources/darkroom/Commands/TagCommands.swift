import ArgumentParser
import Experiments
import Foundation
import Reports
import RunStore

struct TagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Set, take away or list the tags of a run.",
    discussion: """
      Filters ask for them as tags.KEY.

        darkroom tag 3f2a91 keep=yes stage=paper
        darkroom tag 3f2a91 --remove keep
        darkroom tag 3f2a91
        darkroom runs "tags.stage = 'paper'"
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: StoreOptions.runCompletion)
  var name: String

  @Argument(help: ArgumentHelp("What to set.", valueName: "key=value"))
  var tags: [String] = []

  @Option(help: ArgumentHelp("Tags to take away.", valueName: "key,key"))
  var remove: CommaSeparated?

  @OptionGroup var store: StoreOptions

  func validate() throws {
    for tag in tags where !tag.contains("=") || tag.hasPrefix("=") {
      throw ValidationError("A tag is key=value, unlike '\(tag)'.")
    }
  }

  func run() throws {
    guard !tags.isEmpty || remove != nil else { return try list() }
    let store = try store.openForWriting()
    let run = try store.run(named: name)
    let known = try store.tags(ofRun: run)
    for key in remove?.elements ?? [] where known[key] == nil {
      throw InputError(
        "run \(run) has no tag '\(key)'", suggestion: InputError.nearest(to: key, among: known.keys.sorted()))
    }
    for key in remove?.elements ?? [] { try store.setTag(key, to: nil, ofRun: run) }
    for tag in tags {
      let parts = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      try store.setTag(String(parts[0]), to: String(parts[1]), ofRun: run)
    }
  }

  private func list() throws {
    let store = try store.open()
    for (key, value) in try store.tags(ofRun: store.run(named: name)).sorted(by: { $0.key < $1.key }) {
      print("\(key)=\(value)")
    }
  }
}

struct NoteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note",
    abstract: "Note something of a run.",
    discussion: """
      A run has one note, which is its tag `note`. Without a text, the note is opened in the editor that VISUAL or \
      EDITOR names, or read from a pipe. An empty note takes it away.

        darkroom note 3f2a91 "Sharper than the others."
        darkroom note 3f2a91
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: StoreOptions.runCompletion)
  var name: String

  @Argument(help: ArgumentHelp("What to note.", valueName: "text"))
  var words: [String] = []

  @OptionGroup var store: StoreOptions

  func run() throws {
    let store = try store.openForWriting()
    let run = try store.run(named: name)
    var text = words.joined(separator: " ")
    if words.isEmpty {
      text =
        try isatty(STDIN_FILENO) == 1
        ? edited(store.tags(ofRun: run)[RunStore.noteTag] ?? "")
        : String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
    }
    text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    try store.setTag(RunStore.noteTag, to: text.isEmpty ? nil : text, ofRun: run)
  }

  private func edited(_ text: String) throws -> String {
    let environment = ProcessInfo.processInfo.environment
    let editor = [environment["VISUAL"], environment["EDITOR"]].compactMap(\.self).first { !$0.isEmpty } ?? "vi"
    let file = FileManager.default.temporaryDirectory.appending(path: "darkroom-note-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    // Foundation's processes are in groups of their own, which may not use the terminal. An editor may be named with
    // options of its own, so a shell reads its name.
    setenv("DARKROOM_NOTE", file.path(percentEncoded: false), 1)
    guard system("\(editor) \"$DARKROOM_NOTE\"") == 0 else {
      throw InputError("the editor \(editor) failed; the note is as it was")
    }
    return try String(contentsOf: file, encoding: .utf8)
  }
}
