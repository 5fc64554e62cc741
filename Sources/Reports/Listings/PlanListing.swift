public import Experiments
public import RunStore

/// What a plan comes to, and how much of it a store holds already.
public struct PlanListing: Sendable {
  private let plan: Plan
  /// Status by stage; empty where there is no store.
  private let statuses: [String: Status]
  private let stagesByHash: [String: Stage]
  /// How many runs need each stage.
  private let uses: [String: Int]
  /// What trainings are made of; nil where nobody said it.
  private let costs: PlanCosts?
  private static let mostRows = 40

  public init(_ plan: Plan, progress: [String: StageProgress] = [:], costs: PlanCosts? = nil) {
    self.plan = plan
    self.costs = costs
    statuses = progress.mapValues(\.status)
    stagesByHash = Dictionary(plan.stages.map { ($0.hash, $0) }) { first, _ in first }
    uses = plan.runs.reduce(into: [:]) { uses, run in for hash in run.stages { uses[hash, default: 0] += 1 } }
  }

  public var report: Report {
    let names = RunNames(plan.runs.map(\.name))
    var table = Table([
      .init("id"), .init("name", title: names.title, narrowest: RunNames.narrowest), .init("training"),
      .init("epochs", alignment: .right), .init("done", alignment: .right),
    ])
    for run in plan.runs.prefix(PlanListing.mostRows) {
      let training = training(of: run)
      let done = run.stages.count(where: isDone)
      table.append([
        .init(.string(run.id)), names.cell(run.name),
        .init(training.map { .string($0.hash) } ?? .null, text: training.map { String($0.hash.prefix(8)) } ?? "–"),
        .init(
          training.flatMap { run.ends[$0.hash] ?? $0.epochs }.map(Value.int) ?? .null, text: training == nil ? "–" : nil
        ),
        .init(
          .int(done), text: "\(done)/\(run.stages.count)", emphasis: done == run.stages.count ? .good : .none),
      ])
    }
    if plan.runs.count > PlanListing.mostRows {
      table.notes.append("And \(plan.runs.count - PlanListing.mostRows) more runs: --format csv lists all.")
    }
    table.notes += summary + [time, workers].compactMap(\.self) + plan.warnings.map { "Warning: \($0)." }
    var report = Report(table, data: data, json: json)
    if let tree = TrainingTree(plan, statuses: statuses) { report.below.append(tree.table) }
    if !described.isEmpty { report.below.append(AnatomyTable(columns: described).table) }
    return report
  }

  /// A row a run: how many runs share its training, and the kinds of stages that are still to be done.
  private var data: Table {
    var table = Table(["id", "name", "training", "epochs", "shared_by", "to_do"].map { .init($0) })
    for run in plan.runs {
      let training = training(of: run)
      let left = Set(run.stages.filter { !isDone($0) }.compactMap { stagesByHash[$0]?.kind })
      table.append(
        [
          .string(run.id), .string(run.name), training.map { .string($0.hash) } ?? .null,
          training.flatMap { run.ends[$0.hash] ?? $0.epochs }.map(Value.int) ?? .null,
          .int(training.flatMap { uses[$0.hash] } ?? 0),
          .string(StageKind.allCases.filter(left.contains).map(\.rawValue).joined(separator: " ")),
        ].map { Table.Cell($0) })
    }
    return table
  }

  /// One sentence for all: how much there is to do, and what sharing saves.
  public var summary: [String] {
    let counts = StageKind.allCases.compactMap { kind -> String? in
      let count = plan.stages.count { $0.kind == kind }
      return count == 0 ? nil : "\(count) \(kind.rawValue)"
    }
    let done = plan.stages.count { isDone($0.hash) }
    return sweep + [
      "\(counted(plan.runs.count, "run")), \(counted(plan.stages.count, "stage")): \(counts.joined(separator: ", "))"
        + (done > 0 ? "; \(done) done already." : "."),
      "Epochs to train: \(isUpperBound ? "at most " : "")\(epochsToTrain) (\(epochsUnshared) if no run shared anything).",
    ]
  }

  /// Runs may be left before the end of their training.
  private var isUpperBound: Bool { plan.experiment.sweep?.earlyTermination != nil }

  /// What a search or an early end makes of what is listed.
  private var sweep: [String] {
    guard let sweep = plan.experiment.sweep else { return [] }
    var notes: [String] = []
    if sweep.method == .tpe {
      notes.append(
        statuses.isEmpty
          ? "tpe: these are drawn at random, of at most \(counted(sweep.runCap ?? 0, "run")); the others are proposed after "
            + "what came of them."
          : "tpe: these were tried so far, of at most \(counted(sweep.runCap ?? 0, "run")); the others are proposed after "
            + "what came of them.")
    }
    if let termination = sweep.earlyTermination {
      let epochs = plan.runs.compactMap { $0.parameters["training.epochs"]?.number }.max() ?? 0
      let rungs = termination.rungs(of: Int(epochs)).map(String.init).joined(separator: ", ")
      notes.append(
        rungs.isEmpty
          ? "early_terminate: no training is long enough to be judged before its end."
          : "early_terminate: by \(sweep.metric?.name ?? "") after epochs \(rungs) one in \(termination.eta) goes on.")
    }
    return notes
  }

  /// How long what is left takes, one stage at a time, and how that is known.
  private var time: String? {
    guard let costs else { return nil }
    let kinds = Set(plan.stages.filter { $0.kind == .train }.map { TrainingCost.key(of: $0.parameters) }).count
    guard kinds <= costs.costs.count else {
      return "Time: not known; \(costs.costs.count) of \(kinds) make-ups of trainings were measured."
    }
    guard let seconds = secondsToGo else { return nil }
    guard seconds > 0 else { return nil }
    let isPast = toDo.contains { costs.costs[TrainingCost.key(of: $0.parameters)]?.pastRate != nil }
    return "Time: about \(readableDuration(seconds: seconds)) (\(isPast ? "from past runs" : "measured just now"))."
  }

  /// How to share out the processors, where that was measured.
  private var workers: String? {
    let threads = plan.stages.first { $0.kind == .train }?.parameters["training.threads"]?.number
    return costs?.workers?.note(threads: Int(threads ?? 1))
  }

  private var toDo: [Stage] { plan.stages.filter { !isDone($0.hash) } }

  private var secondsToGo: Double? { costs?.seconds(of: toDo, preparations: plan.preparations) }

  /// Trainings that differ in what they are made of, each by the name of the first.
  private var described: [(title: String, batchSize: Int, cost: TrainingCost)] {
    guard let costs else { return [] }
    var known: Set<String> = []
    return plan.stages.filter { $0.kind == .train }.compactMap { stage in
      let key = TrainingCost.key(of: stage.parameters)
      guard let cost = costs.costs[key], known.insert(key).inserted else { return nil }
      return (String(stage.hash.prefix(8)), Int(stage.parameters["training.batch_size"]?.number ?? 0), cost)
    }
  }

  private func isDone(_ hash: String) -> Bool { statuses[hash] == .finished }

  private var epochsToTrain: Int {
    plan.stages.filter { $0.kind == .train && !isDone($0.hash) }.map(\.trained.count).reduce(0, +)
  }

  private var epochsUnshared: Int {
    plan.runs.compactMap { run in training(of: run).flatMap { run.ends[$0.hash] ?? $0.epochs } }.reduce(0, +)
  }

  private func training(of run: PlannedRun) -> Stage? {
    run.stages.compactMap { stagesByHash[$0] }.last { $0.kind == .train }
  }

  private var json: Value {
    let runs = plan.runs.map { run -> Value in
      let parameters = run.parameters.sorted { $0.key < $1.key }.map { Value.Entry($0.key, $0.value) }
      return [
        "id": .string(run.id), "name": .string(run.name), "params": .map(parameters),
        "stages": .list(run.stages.map(Value.string)),
      ]
    }
    let stages = plan.stages.map { stage -> Value in
      [
        "hash": .string(stage.hash), "kind": .string(stage.kind.rawValue),
        "parents": .list(stage.parents.map(Value.string)), "epochs": stage.epochs.map(Value.int) ?? .null,
        "first_epoch": stage.kind == .train ? .int(stage.trained.lowerBound) : .null,
        "runs": .int(uses[stage.hash] ?? 0), "status": statuses[stage.hash].map { .string($0.rawValue) } ?? .null,
      ]
    }
    return [
      "experiment": .string(plan.experiment.name), "question": plan.experiment.question.map(Value.string) ?? .null,
      "file": .string(plan.experiment.file), "runs": .list(runs), "stages": .list(stages),
      "costs": .list(
        described.map { title, _, cost in
          [
            "training": .string(title), "description": cost.description,
            "pictures_per_second": cost.pastRate.map(Value.double) ?? .null,
          ]
        }), "workers": costs?.workers?.json ?? .null, "seconds_to_go": secondsToGo.map(Value.double) ?? .null,
      "epochs_to_train": .int(epochsToTrain), "epochs_without_sharing": .int(epochsUnshared),
      "warnings": .list(plan.warnings.map(Value.string)),
    ]
  }
}

/// `1 run`, `12 runs`.
public func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
