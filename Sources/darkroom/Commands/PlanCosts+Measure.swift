import Datasets
import Experiments
import Files
import Foundation
import Launching
import Reports
import RunStore

extension PlanCosts {
  /// More trainings of different make-up than these are not described: each takes a second or two.
  private static let most = 6

  /// Asks the trainer what the plan's trainings are made of, and the store how fast others like them were.
  ///
  /// Throws `InputError` where there is no trainer, or the data's folder is missing.
  static func measure(_ plan: Plan, store: RunStore?, progress: [String: StageProgress]) throws -> PlanCosts {
    let trainer = try TrainerProgram.find()
    var data: [String: Data] = [:]
    for stage in plan.stages where stage.kind == .prepare {
      let configuration = try Configuration(stage.parameters).data
      let outline = try Dataset.outline(configuration)
      let count = Double(outline.pictures)
      data[stage.hash] = Data(
        training: Int(count * configuration.split.train), validation: Int(count * configuration.split.validation),
        all: outline.pictures, classes: outline.classNames.count)
    }
    var first: [(key: String, stage: Stage)] = []
    for stage in plan.stages where stage.kind == .train {
      let key = TrainingCost.key(of: stage.parameters)
      if !first.contains(where: { $0.key == key }), first.count < most { first.append((key, stage)) }
    }
    let preparations = plan.preparations
    let requests = first.map { request($0.stage, preparations[$0.stage.hash].flatMap { data[$0] }) }
    let answers = try TrainerProgram.describe(requests, by: trainer)
    let rates = try store.map { try pastRates(in: $0) } ?? [:]
    let costs = zip(first, answers).map { stage, answer in
      (stage.key, TrainingCost(description: answer, pastRate: rates[stage.key]))
    }
    let toDo = plan.stages.count { $0.kind == .train && progress[$0.hash]?.status != .finished }
    let workers = try first.first.flatMap { _, stage in
      try workerRates(of: stage, answers[0], trainings: toDo, request: requests[0], by: trainer)
    }
    return PlanCosts(Dictionary(uniqueKeysWithValues: costs), data: data, workers: workers)
  }

  private static func request(_ stage: Stage, _ data: Data?) -> Value {
    let parameters = stage.parameters.sorted { $0.key < $1.key }.map { Value.Entry($0.key, $0.value) }
    return [
      "classes": .int(data?.classes ?? 1), "pictures": .int(data?.all ?? 0), "params": .map(parameters),
    ]
  }

  /// Nil where there is one training at most, or no memory for two, and where they can't be timed.
  private static func workerRates(
    of stage: Stage, _ description: Value, trainings: Int, request: Value, by trainer: URL
  ) throws -> WorkerRates? {
    let machine = ProcessInfo.processInfo
    let cost = TrainingCost(description: description, pastRate: nil)
    let most = min(trainings, cost.workers(within: Double(machine.physicalMemory)))
    let candidates = WorkerRates.candidates(processors: machine.activeProcessorCount, most: most)
    guard candidates.count > 1 else { return nil }
    do {
      return WorkerRates(
        try candidates.map { workers, threads in
          let request = throughputRequest(request, stage, cost, threads: threads)
          return .init(
            workers: workers, threads: threads,
            picturesPerSecond: try TrainerProgram.throughput(request, workers: workers, by: trainer))
        })
    } catch let error as InputError {
      FileHandle.standardError.tell("note: workers were not compared: \(error)\n")
      return nil
    }
  }

  private static func throughputRequest(
    _ request: Value, _ stage: Stage, _ cost: TrainingCost, threads: Int
  ) -> Value {
    var parameters = stage.parameters
    parameters["training.threads"] = .int(threads)
    let step = cost.stepPictures(batchSize: Int(parameters["training.batch_size"]?.number ?? 1))
    return [
      "classes": request["classes"] ?? 1, "step": .int(step),
      "params": .map(parameters.sorted { $0.key < $1.key }.map { Value.Entry($0.key, $0.value) }),
    ]
  }

  /// Pictures a second of the newest trainings on this host, by what they are made of.
  private static func pastRates(in store: RunStore) throws -> [String: Double] {
    let host = ProcessInfo.processInfo.hostName
    var rates: [String: Double] = [:]
    for run in try store.runs(limit: 200) {
      let key = TrainingCost.key(of: run.parameters)
      guard rates[key] == nil, let rate = run.metrics["epoch.pictures_per_second"]?.last, rate > 0, rate.isFinite,
        try store.environment(ofRun: run.id)["host"] == .string(host)
      else { continue }
      rates[key] = rate
    }
    return rates
  }
}
