import ArgumentParser
import Experiments
import Training

/// What scripts/benchmark-training and scripts/benchmark-run measure with.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Time training steps, or passes of DDIM with 10 steps, on empty pictures.",
    discussion: "Prints a JSON object. Peak memory is that of the whole process.")

  enum Job: String, ExpressibleByArgument, CaseIterable { case train, sample, floor, validation, grid }
  enum Precision: String, ExpressibleByArgument, CaseIterable { case float32, bfloat16 }

  @Argument(
    help: """
      train, sample; floor: one large convolution, which networks can hardly outrun; validation, grid: how many times as \
      long as their passes through the network alone.
      """) var job: Job
  @Option(help: "Pictures a step.") var batch = 32
  @Option(help: "Steps, or passes, that count.") var repeats = 5
  @Option(help: "Channels a level, separated by commas.") var widths = "64,128,256"
  @Option(help: "Width and height of the pictures.") var size = 16
  @Option(help: "Threads.") var threads = 2
  @Option(help: "float32 or bfloat16.") var precision = Precision.float32
  @Option(help: ArgumentHelp("Settings of an experiment, as a JSON object of paths.", valueName: "json"))
  var settings = """
    {"model.dropout": 0.2, "conditioning.bottleneck": 32, "conditioning.dropout": 0.1, "training.loss": "l1", \
    "training.weight_decay": 0.0001}
    """

  func validate() throws {
    guard batch >= 1, repeats >= 1, threads >= 1 else {
      throw ValidationError("--batch, --repeats and --threads are at least 1.")
    }
  }

  func run() throws {
    try ending {
      guard case .map(let entries) = try Value(json: settings) else {
        throw InputError("--settings is no JSON object")
      }
      let options: Parameters = [
        "data.size": .int(size), "model.widths": .list(try channels), "training.batch_size": .int(batch),
        "training.threads": .int(threads), "training.precision": .string(precision.rawValue),
      ]
      let given = Parameters(entries.map { ($0.key, $0.value) }) { $1 }
      let benchmark = Benchmark(
        try Configuration(settings: given.merging(options) { given, option in option }), repeats: repeats)
      let (timing, overhead): (Benchmark.Timing, Double?) =
        switch job {
        case .train: (try benchmark.train(), nil)
        case .sample: (benchmark.sample(), nil)
        case .floor: (benchmark.floor(), nil)
        case .validation: benchmark.validation()
        case .grid: benchmark.grid()
        }
      print(json(timing, overhead).json)
    }
  }

  private var channels: [Value] {
    get throws {
      try widths.split(separator: ",", omittingEmptySubsequences: false).map { text in
        guard let count = Int(text), count >= 1 else {
          throw InputError("--widths: '\(text)' is no number of channels")
        }
        return .int(count)
      }
    }
  }

  private func json(_ timing: Benchmark.Timing, _ overhead: Double?) -> Value {
    let median = timing.median
    var entries: [Value.Entry] = [
      .init("job", .string(job.rawValue)), .init("precision", .string(precision.rawValue)),
      .init("seconds", .double(median)), .init("flops_per_second", .double(Double(timing.flops) / median)),
    ]
    if job != .floor {
      entries += [.init("batch", .int(batch)), .init("images_per_second", .double(Double(batch) / median))]
    }
    if let overhead { entries.append(.init("overhead", .double(overhead))) }
    if let bytes = Benchmark.peakMemory { entries.append(.init("peak_bytes", .int(bytes))) }
    return .map(entries)
  }
}
