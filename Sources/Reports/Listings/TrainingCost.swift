public import Experiments

/// What a training is made of and costs, for all trainings whose settings come to the same.
public struct TrainingCost: Sendable {
  /// As `darkroom-trainer describe` says it: `parameters`, `memory` in bytes, `flops` and `seconds` a picture,
  /// `validation`.
  let description: Value
  /// Of past trainings like it on this host, a second; nil where there are none.
  let pastRate: Double?

  public init(description: Value, pastRate: Double?) {
    self.description = description
    self.pastRate = pastRate
  }

  /// Seconds a training picture.
  var trainingSeconds: Double { pastRate.map { 1 / $0 } ?? number("seconds", "training") }
  var forwardSeconds: Double { number("seconds", "forward") }
  /// How often each validation picture goes through the network after an epoch.
  var validationPasses: Double { number("validation", "passes") }

  /// How many trainings like it fit into so many bytes of memory at once; at least 1.
  public func workers(within bytes: Double) -> Int {
    max(1, Int(bytes / max(1, number("memory", "peak"))))
  }

  /// Pictures of a step that takes some tenths of a second, so that several can be timed; from 2, where the batch has as
  /// many.
  public func stepPictures(batchSize: Int) -> Int {
    let seconds = number("seconds", "training")
    let pictures = seconds > 0 ? Int(min(0.3 / seconds, 1e6)) : batchSize
    return max(1, min(batchSize, max(2, pictures)))
  }

  func number(_ block: String, _ key: String) -> Double { description[block]?[key]?.number ?? 0 }

  /// The settings that decide it, and nothing else, as one text.
  public static func key(of parameters: Parameters) -> String {
    let paths = parameters.keys.filter { path in
      let isOutside = [
        "model.from", "training.epochs", "training.learning_rate", "training.keep.", "training.schedule.",
      ]
      .contains { path.hasPrefix($0) }
      let isInside =
        path.hasPrefix("model.") || path.hasPrefix("training.") || path == "data.size" || path == "diffusion.timesteps"
        || ["kind", "embedding", "bottleneck", "dropout"].contains { path == "conditioning.\($0)" }
      return isInside && !isOutside
    }
    return Value.map(paths.sorted().map { Value.Entry($0, parameters[$0] ?? .null) }).json
  }
}

/// What the trainings of a plan cost.
public struct PlanCosts: Sendable {
  /// By `TrainingCost.key(of:)`.
  var costs: [String: TrainingCost]
  /// By the hash of the stage that prepares them.
  var data: [String: Data]
  /// Of the first of the trainings; nil where there was nothing to compare.
  var workers: WorkerRates?

  /// What prepared data come to.
  public struct Data: Sendable {
    let training: Int
    let validation: Int
    /// Those held back too.
    public let all: Int
    public let classes: Int

    public init(training: Int, validation: Int, all: Int, classes: Int) {
      (self.training, self.validation, self.all, self.classes) = (training, validation, all, classes)
    }
  }

  public init(_ costs: [String: TrainingCost], data: [String: Data], workers: WorkerRates? = nil) {
    self.costs = costs
    self.data = data
    self.workers = workers
  }

  /// Seconds that stages take; nil where something isn't known of one of them.
  /// - Parameter preparations: as a plan has them.
  func seconds(of stages: [Stage], preparations: [String: String]) -> Double? {
    var sum = 0.0
    for stage in stages {
      // What takes seconds at any rate counts for nothing.
      if [.prepare, .extractor, .evaluate].contains(stage.kind) { continue }
      guard let cost = costs[TrainingCost.key(of: stage.parameters)],
        let data = preparations[stage.hash].flatMap({ self.data[$0] })
      else { return nil }
      if stage.kind == .train {
        let validated = Double(data.validation) * cost.validationPasses
        let epoch = Double(data.training) * cost.trainingSeconds + validated * cost.forwardSeconds
        sum += Double(stage.trained.count) * epoch
      } else {
        guard let configuration = try? Configuration(stage.parameters) else { return nil }
        let sampling = configuration.sampling
        let evaluations = sampling.steps * (sampling.guidance == 1 ? 1 : 2)
        let pictures =
          stage.kind == .draw ? configuration.evaluation.images ?? 0 : sampling.grid.rows * data.classes
        sum += Double(evaluations * pictures) * cost.forwardSeconds
      }
    }
    return sum
  }
}
