import ArgumentParser
import Experiments
import Files
import Foundation
import RunStore

@main
struct Darkroom: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "darkroom",
    abstract: "An experiment workbench for diffusion models.",
    discussion: """
      An experiment is declared in a file. It is launched as a run, or as a sweep over some of its settings; what it \
      recorded is asked for afterwards, and compared.

        darkroom sweep experiments/quickstart.yaml   train, sample, compare
        darkroom runs --sort metrics.validation.l1   what was run, the best first
        darkroom show RUN                            one run, with its samples
        darkroom compare --sweep quickstart --by sampling

      RUN is an id, the beginning of one that no other id has, or a name.

      Exit status: 0 done, 1 work failed, 64 wrong usage, 65 unusable input.
      """,
    version: Engine.version,
    groupedSubcommands: [
      CommandGroup(
        name: "Launch",
        subcommands: [
          DataCommand.self, PlanCommand.self, RunCommand.self, SweepCommand.self, ReplayCommand.self,
        ]),
      CommandGroup(
        name: "Ask",
        subcommands: [
          RunsCommand.self, ShowCommand.self, HistoryCommand.self, EventsCommand.self, CompareCommand.self,
        ]),
      CommandGroup(name: "Draw", subcommands: [SampleCommand.self, ExportCommand.self]),
      CommandGroup(
        name: "Keep",
        subcommands: [
          TagCommand.self, NoteCommand.self, DeleteCommand.self, RestoreCommand.self, CollectCommand.self,
          DoctorCommand.self, CompletionsCommand.self,
        ]),
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as InputError {
      fail("error: \(error)", status: 65)
    } catch let error as StoreError {
      fail("error: \(error)", status: 1)
    } catch let error as FileError {
      fail("error: \(error)", status: 1)
    } catch let error as CocoaError {
      fail("error: \(error.localizedDescription)", status: 1)
    } catch {
      exit(withError: error)
    }
  }

  private static func fail(_ message: String, status: Int32) -> Never {
    FileHandle.standardError.tell(message + "\n")
    Foundation.exit(status)
  }
}
