public import Experiments
public import RunStore

/// A run that is to be executed again from its record alone, in a store of its own.
public struct Replay: Sendable {
  /// As it was recorded.
  public let run: RunSummary
  /// For an empty store. It keeps each state of the weights whose digest is on record.
  public let plan: Plan

  /// Throws `InputError` where the run has not finished, and where what it was made from is gone or changed.
  public init(of id: String, in store: RunStore) throws {
    run = try store.summary(ofRun: id)
    guard run.status == .finished else {
      throw InputError(
        "only a finished run can be replayed, and \(run.name) is \(run.status.rawValue)", file: store.path)
    }
    let states = try store.states(ofRun: id)
    let name = run.name.split(separator: "/").first.map(String.init) ?? run.name
    let planned: Plan
    do {
      planned = try Planner(Experiment(name: name, recorded: run.parameters), store: nil)
        .plan([Trial(end: states.keys.max())])
    } catch let error as InputError {
      throw InputError("the run cannot be executed again: \(error.message)")
    }
    let saved = try store.events(ofRun: id).filter { $0.type == "checkpoint.saved" }.map { $0.epoch + 1 }
    let stages = planned.stages.map { stage in
      var stage = stage
      stage.keep = Set(stage.keep).union(saved.filter { stage.trained.contains($0 - 1) }).sorted()
      return stage
    }
    plan = Plan(experiment: planned.experiment, runs: planned.runs, stages: stages)
    try requireSameSources(try store.environment(ofRun: id), states)
  }

  /// Where the arithmetic is another than it was, identities say nothing of the sources: then the comparison does.
  private func requireSameSources(_ environment: [String: Value], _ states: [Int: String]) throws {
    func isSameArithmetic(_ kind: StageKind) -> Bool {
      let now = Value.int(Engine.numerics(of: kind, run.parameters))
      return environment["numerics.\(kind.rawValue)"] ?? now == now
    }
    func text(_ path: String) -> String? {
      if case .string(let text)? = run.parameters[path] { text } else { nil }
    }
    let data = run.stages.first { $0.kind == .prepare }?.hash
    guard isSameArithmetic(.prepare) else { return }
    if data != plan.stages.first?.hash, text("data.source") != "sprites" {
      let places = ["data.path", "data.pictures", "data.labels"].compactMap(text).joined(separator: ", ")
      throw InputError("the source data are not those that the run was made from: the digest of \(places) differs")
    }
    if let weights = text("model.from"), isSameArithmetic(.train),
      states[0] != plan.stages.first(where: { $0.kind == .train })?.states.first
    {
      throw InputError("the weights in \(weights) are not those that the run began with: their digest differs")
    }
  }
}
