/// Stages as runs ask for them, each kept once.
struct StageCollection {
  private(set) var stages: [Stage] = []
  private let cuts: TrainingCuts
  private var indices: [String: Int] = [:]
  /// By the last state of the chain.
  private var segments: [String: [TrainingCuts.Segment]] = [:]

  init(_ cuts: TrainingCuts) {
    self.cuts = cuts
  }

  /// What a run goes through, and how far where a stage goes on beyond what the run needs.
  typealias Path = (stages: [String], ends: [String: Int])

  /// Adds what a run needs and lacks.
  ///
  /// - Parameter states: 0…N of its training, or of the part of it that is trained.
  mutating func path(of run: IdentifiedRun, through states: [String]) -> Path {
    let parameters = run.resolved.parameters
    add(Stage(hash: run.data, kind: .prepare, parents: [], parameters: parameters))
    var path: Path = ([run.data], [:])
    var makers: [(stage: String, epochs: Range<Int>)] = []
    let last = states[states.count - 1]
    let segments = self.segments[last] ?? cuts.segments(of: states)
    self.segments[last] = segments
    for segment in segments {
      let train = add(segment, of: parameters, parent: path.stages[path.stages.count - 1], states: states)
      path.stages.append(train.hash)
      if segment.epochs.upperBound < train.trained.upperBound { path.ends[train.hash] = segment.epochs.upperBound }
      keep(segment.epochs.upperBound, of: train.hash)
      makers.append((train.hash, segment.epochs))
    }
    for (epochs, hash) in run.grids {
      guard let train = makers.first(where: { $0.epochs.contains(epochs - 1) })?.stage else { continue }
      let isNew = add(
        Stage(
          hash: hash, kind: .sample, parents: [train], parameters: parameters, epochs: epochs,
          states: [states[epochs]]))
      if isNew { keep(epochs, of: train) }
      path.stages.append(hash)
    }
    if states.count == run.states.count { path.stages += evaluation(of: run, after: path.stages[makers.count]) }
    return path
  }

  /// Adds what scores the last state, which the stage `train` makes.
  private mutating func evaluation(of run: IdentifiedRun, after train: String) -> [String] {
    guard let evaluation = run.evaluation else { return [] }
    let (parameters, epochs) = (run.resolved.parameters, run.states.count - 1)
    let extractors = evaluation.extractor.map { [$0] } ?? []
    for extractor in extractors {
      add(Stage(hash: extractor, kind: .extractor, parents: [run.data], parameters: parameters))
    }
    add(
      Stage(
        hash: evaluation.pictures, kind: .draw, parents: [train], parameters: parameters, epochs: epochs,
        states: [run.states[epochs]]))
    add(
      Stage(
        hash: evaluation.scores, kind: .evaluate, parents: [evaluation.pictures] + extractors, parameters: parameters,
        epochs: epochs))
    return extractors + [evaluation.pictures, evaluation.scores]
  }

  private mutating func add(
    _ segment: TrainingCuts.Segment, of parameters: Parameters, parent: String, states: [String]
  ) -> Stage {
    let end = segment.known?.trained.upperBound ?? segment.epochs.upperBound
    // Of a stage that goes on beyond this run, the run's settings say too little.
    let isWhole = end == segment.epochs.upperBound
    let own = isWhole ? Array(states[segment.epochs.lowerBound...end]) : segment.known?.states ?? []
    let stage = Stage(
      hash: own[own.count - 1], kind: .train, parents: [parent],
      parameters: isWhole ? parameters : segment.known?.parameters ?? parameters, epochs: end, states: own,
      keep: [end])
    add(stage)
    return stage
  }

  @discardableResult
  private mutating func add(_ stage: Stage) -> Bool {
    guard indices[stage.hash] == nil else { return false }
    indices[stage.hash] = stages.count
    stages.append(stage)
    return true
  }

  private mutating func keep(_ epochs: Int, of train: String) {
    guard let index = indices[train], !stages[index].keep.contains(epochs) else { return }
    stages[index].keep = (stages[index].keep + [epochs]).sorted()
  }
}
