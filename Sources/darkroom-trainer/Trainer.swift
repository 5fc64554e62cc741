import ArgumentParser
import Diffusion
import Experiments
import Foundation
import RunStore
import Torch
import Training

/// What `darkroom` starts to do the work: the only program that links libtorch.
@main
struct Trainer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "darkroom-trainer", abstract: "Executes stages that a store knows; darkroom starts it.",
    subcommands: [
      Execute.self, Sample.self, Describe.self, Export.self, BenchmarkCommand.self, ThroughputCommand.self,
      ScheduleCommand.self,
    ])

  struct Execute: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Execute registered stages.",
      discussion: """
        With --db it is asked for one after another on standard input, a socket: a stage's hash a line, and its lock with \
        it. With --folder it executes one. Tells its progress as a JSON object a line. SIGTERM stops it at the next step.
        """)

    @Option(help: "The store.") var db: String?
    @OptionGroup var detached: DetachedOptions
    @Argument(help: "A stage's hash, with --folder.") var stage: String?

    func validate() throws {
      guard (db == nil) != (detached.folder == nil) else { throw ValidationError("Name a store, or a --folder.") }
      guard (stage == nil) == (detached.folder == nil) else { throw ValidationError("--folder needs one stage.") }
    }

    func run() throws {
      try ending {
        if let db {
          try StageRequests.execute(in: db)
        } else if let stage {
          Interruption.listen()
          let progress = try detached.progress.map { try ProgressLines(keptIn: URL(filePath: $0)) } ?? ProgressLines()
          try StageExecution(detached.store(for: stage), progress).run(stage)
        }
      }
      // All is recorded. An orderly end has libtorch take every operator out of its tables again: 70 ms.
      _exit(0)
    }
  }

  struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draw pictures from a run, or from a pipeline folder of diffusers'.")

    @Argument(help: "A folder that diffusers saved.") var folder: String?
    @Option(help: "A run's id, instead of a folder.") var runId: String?
    @Option(help: "The store that has the run.") var db: String?
    @Option(help: "ddpm or ddim.") var sampler: String?
    @Option(help: "How many of the timesteps are visited.") var steps: Int?
    @Option(help: "DDIM's share of noise, 0…1.") var eta: Double?
    @Option(help: "Classifier-free guidance, 0 or more; 1: none.") var guidance: Double?
    @Option(help: "Classes a,b in turn, or mixtures a=0.7,b=0.3;a=0.2,b=0.8.") var labels: String?
    @Option(help: "How many pictures.") var count: Int?
    @Option(help: "Of the noise.") var seed: Int?
    @Option(help: "Where sampling starts: .npy of (n, channels, h, w).") var noise: String?
    @Option(help: "What stochastic steps add: .npy of (steps, n, channels, h, w).") var stepNoise: String?
    @Option(help: "The encoder hidden states: .npy of (n, tokens, channels).") var embeddings: String?
    @Option(help: "F.png: a sheet of the pictures. F.npy: (n, channels, h, w), as the sampler left them.")
    var out: String

    func validate() throws {
      guard (folder == nil) != (runId == nil) else { throw ValidationError("Name a folder, or a run with --run-id.") }
      guard runId == nil || db != nil else { throw ValidationError("--run-id needs --db.") }
    }

    func run() throws {
      try ending {
        Interruption.listen()
        var request = SampleRequest(source: try source(), out: URL(fileURLWithPath: out))
        request.sampler = try sampler.map { name in
          guard let kind = SamplerSettings.Kind(rawValue: name) else {
            let names = SamplerSettings.Kind.allCases.map(\.rawValue)
            throw InputError(
              "--sampler: there is no sampler '\(name)'", suggestion: InputError.nearest(to: name, among: names))
          }
          return kind
        }
        (request.steps, request.eta, request.count, request.seed) = (steps, eta, count, seed)
        (request.guidance, request.labels) = (guidance, try labels.map(LabelMixture.list) ?? [])
        for warning in request.labels.compactMap(\.warning) {
          try? FileHandle.standardError.write(contentsOf: Data("warning: \(warning)\n".utf8))
        }
        request.noise = noise.map { URL(fileURLWithPath: $0) }
        request.stepNoise = stepNoise.map { URL(fileURLWithPath: $0) }
        request.embeddings = embeddings.map { URL(fileURLWithPath: $0) }
        try request.run()
      }
    }

    private func source() throws -> SampleRequest.Source {
      if let runId, let db { return .run(id: runId, try RunStore(path: db, mode: .readOnly)) }
      return .folder(URL(fileURLWithPath: folder ?? "", isDirectory: true))
    }
  }
}

/// Does `work`; what stops it goes to standard error, with status 65 where what was given can't be used, else 1.
func ending(_ work: () throws -> Void) throws {
  Runtime.keepFreedMemory()
  do {
    try work()
  } catch {
    try? FileHandle.standardError.write(contentsOf: Data("error: \(error)\n".utf8))
    let isInput = error is InputError || error is FormatError || error is PipelineError
    throw ExitCode(isInput ? 65 : 1)
  }
}
