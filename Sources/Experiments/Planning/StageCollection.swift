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
  /// - Parameters:
  ///   - data: the hash of its prepared data.
  ///   - states: 0…N of its training, or of the part of it that is trained.
  mutating func path(of run: ResolvedRun, data: String, states: [String]) -> Path {
    add(Stage(hash: data, kind: .prepare, parents: [], parameters: run.parameters))
    var path: Path = ([data], [:])
    var makers: [(stage: String, epochs: Range<Int>)] = []
    let last = states[states.count - 1]
    let segments = self.segments[last] ?? cuts.segments(of: states)
    self.segments[last] = segments
    for segment in segments {
      let train = add(segment, of: run, parent: path.stages[path.stages.count - 1], states: states)
      path.stages.append(train.hash)
      if segment.epochs.upperBound < train.trained.upperBound { path.ends[train.hash] = segment.epochs.upperBound }
      keep(segment.epochs.upperBound, of: train.hash)
      makers.append((train.hash, segment.epochs))
    }
    for epochs in sampledEpochs(of: run) {
      guard let train = makers.first(where: { $0.epochs.contains(epochs - 1) })?.stage else { continue }
      let hash = Identity.sample(run.parameters, state: states[epochs])
      let isNew = add(
        Stage(
          hash: hash, kind: .sample, parents: [train], parameters: run.parameters, epochs: epochs,
          states: [states[epochs]]))
      if isNew { keep(epochs, of: train) }
      path.stages.append(hash)
    }
    path.stages += evaluation(of: run, data: data, states: states, after: path.stages[makers.count])
    return path
  }

  /// Adds what scores the last of `states`, which the stage `train` makes, where training comes to its end.
  private mutating func evaluation(
    of run: ResolvedRun, data: String, states: [String], after train: String
  ) -> [String] {
    guard run.end == nil, let state = states.last, !run.configuration.scores.isEmpty else { return [] }
    var stages: [String] = []
    var extractor: String?
    if run.configuration.evaluation.extractor == nil {
      let hash = Identity.extractor(data: data)
      add(Stage(hash: hash, kind: .extractor, parents: [data], parameters: run.parameters))
      stages.append(hash)
      extractor = hash
    }
    let pictures = Identity.draw(run.parameters, state: state)
    let scores = Identity.evaluate(run.parameters, pictures: pictures, extractor: extractor)
    add(
      Stage(
        hash: pictures, kind: .draw, parents: [train], parameters: run.parameters, epochs: states.count - 1,
        states: [state]))
    add(
      Stage(
        hash: scores, kind: .evaluate, parents: [pictures] + (extractor.map { [$0] } ?? []),
        parameters: run.parameters, epochs: states.count - 1))
    return stages + [pictures, scores]
  }

  private mutating func add(
    _ segment: TrainingCuts.Segment, of run: ResolvedRun, parent: String, states: [String]
  ) -> Stage {
    let end = segment.known?.trained.upperBound ?? segment.epochs.upperBound
    // Of a stage that goes on beyond this run, the run's settings say too little.
    let isWhole = end == segment.epochs.upperBound
    let own = isWhole ? Array(states[segment.epochs.lowerBound...end]) : segment.known?.states ?? []
    let stage = Stage(
      hash: own[own.count - 1], kind: .train, parents: [parent],
      parameters: isWhole ? run.parameters : segment.known?.parameters ?? run.parameters, epochs: end, states: own,
      keep: [end])
    add(stage)
    return stage
  }

  /// The last grid is drawn only where training comes to its end.
  private func sampledEpochs(of run: ResolvedRun) -> [Int] {
    let epochs = run.configuration.training.epochs
    let between = run.configuration.sampling.grid.everyEpochs.map { Array(stride(from: $0, to: epochs, by: $0)) } ?? []
    return (between + [epochs]).filter { $0 <= run.end ?? epochs }
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
