public import ArgumentParser
public import Experiments
import Foundation
import RunStore

struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draw pictures from a trained run, or from a diffusers pipeline folder.",
    discussion: """
      What is not given is as the run's file says, or the folder's scheduler.

        darkroom sample 3f2a91 --labels monster,food --count 8 --out monsters.png
        darkroom sample 3f2a91 --labels "monster=0.7,food=0.3" --guidance 2 --out edible.png
        darkroom sample 3f2a91 --sampler ddim --steps 50 --out more-steps.png
        darkroom sample pipeline/ --noise noise.npy --out pictures.npy
      """)

  @Argument(help: "The run, or the folder.", completion: .directory)
  var source: String

  @Option(help: ArgumentHelp("ddpm or ddim.", valueName: "name"))
  var sampler: SamplingConfiguration.Sampler?

  @Option(help: ArgumentHelp("Sampling steps.", valueName: "n"))
  var steps: Int?

  @Option(help: ArgumentHelp("Share of DDIM's stochastic variance, 0…1.", valueName: "share"))
  var eta: Double?

  @Option(
    help: ArgumentHelp("Classifier-free guidance: above 1 heeds the label more, 1 as it was learnt.", valueName: "n"))
  var guidance: Double?

  @Option(
    help: ArgumentHelp(
      "Classes to draw in turn, by name or number, or mixtures of them: a=0.7,b=0.3; several with ';' between. "
        + "(default: all)", valueName: "a,b"))
  var labels: String?

  @Option(help: ArgumentHelp("How many pictures.", valueName: "n"))
  var count: Int?

  @Option(help: ArgumentHelp("Decides the noise.", valueName: "n"))
  var seed: Int?

  @Option(
    help: ArgumentHelp("Initial noise, float32 (N, C, H, W), instead of a seed.", valueName: "file.npy"),
    completion: .file(extensions: ["npy"]))
  var noise: String?

  @Option(
    help: ArgumentHelp("Each step's noise, float32 (steps, N, C, H, W).", valueName: "file.npy"),
    completion: .file(extensions: ["npy"]))
  var stepNoise: String?

  @Option(
    help: ArgumentHelp("Encoder hidden states, float32 (N, tokens, E), instead of labels.", valueName: "file.npy"),
    completion: .file(extensions: ["npy"]))
  var embeddings: String?

  @Option(
    help: ArgumentHelp(
      "A sheet of pictures (.png), or the numbers as the sampler left them, (N, C, H, W) (.npy).",
      valueName: "file.png|npy"),
    completion: .file(extensions: ["png", "npy"]))
  var out: String

  @OptionGroup var store: StoreOptions

  func validate() throws {
    guard ["png", "npy"].contains(URL(filePath: out).pathExtension.lowercased()) else {
      throw ValidationError("--out ends in .png or .npy, unlike '\(out)'.")
    }
    if let steps, steps < 1 { throw ValidationError("--steps is at least 1, not \(steps).") }
    if let count, count < 1 { throw ValidationError("--count is at least 1, not \(count).") }
    if let eta, !(0...1).contains(eta) { throw ValidationError("--eta lies in 0…1, unlike \(eta).") }
    if let guidance, !(guidance >= 0 && guidance.isFinite) {
      throw ValidationError("--guidance is 0 or more, not \(guidance).")
    }
    if noise != nil, seed != nil { throw ValidationError("--noise and --seed both decide the noise: give one.") }
    if embeddings != nil, labels != nil {
      throw ValidationError("--embeddings and --labels both say what to draw: give one.")
    }
  }

  func run() throws {
    try handOverToTrainer(arguments: ["sample"] + subject() + options)
  }

  /// What to draw from: a folder as it is, a run by its id.
  private func subject() throws -> [String] {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: source, isDirectory: &isFolder), isFolder.boolValue { return [source] }
    if source.hasSuffix("/") { throw InputError("no such folder", file: source) }
    return ["--run-id", try store.open().run(named: source), "--db", store.path]
  }

  private var options: [String] {
    let given: [(String, String?)] = [
      ("--sampler", sampler?.rawValue), ("--steps", steps.map(String.init)), ("--eta", eta.map { "\($0)" }),
      ("--guidance", guidance.map { "\($0)" }), ("--labels", labels), ("--count", count.map(String.init)),
      ("--seed", seed.map(String.init)), ("--noise", noise), ("--step-noise", stepNoise),
      ("--embeddings", embeddings), ("--out", out),
    ]
    return given.flatMap { name, value in value.map { [name, $0] } ?? [] }
  }
}

extension SamplingConfiguration.Sampler: ExpressibleByArgument {}
