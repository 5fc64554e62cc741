import ArgumentParser
import Diffusion
import Experiments
import Training

/// Answers `darkroom data FILE --noise`.
struct ScheduleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule", abstract: "Print what is left of the signal, ᾱ, for each timestep, as a JSON array.")

  @Argument(help: ArgumentHelp("The diffusion settings, as a JSON object of paths.", valueName: "json"))
  var settings: String

  func run() throws {
    try ending {
      guard case .map(let entries) = try Value(json: settings) else {
        throw InputError("the settings are no JSON object")
      }
      let given = Parameters(entries.map { ($0.key, $0.value) }) { $1 }
      let schedule = NoiseSchedule(try Configuration(settings: given).diffusion)
      print(Value.list(schedule.alphasCumulative.map { .double(Double($0)) }).json)
    }
  }
}
