import ArgumentParser
import Reports
import RunStore

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check the store and its files, and say what to do.",
    discussion: """
      Whether the store is whole, whether every checkpoint is there and is what was written, which processes died, and \
      what is left over. Nothing is changed. Exit status: 0 where nothing is lost or wrong, 1 where something is.

        darkroom doctor
        darkroom doctor --quick
      """)

  @Flag(help: "Look at files' sizes only, and don't read them.")
  var quick = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let findings = try store.open().examine(digests: !quick)
    try output.write(.findings(findings))
    if findings.contains(where: { $0.severity == .problem }) { throw ExitCode(1) }
  }
}
