/// One run, and the names of all that it may go through, before its training is cut into stages.
struct IdentifiedRun {
  /// What scores the weights after the last epoch.
  struct Evaluation {
    /// Nil where the settings name a file.
    let extractor: String?
    let pictures: String
    let scores: String
  }

  let resolved: ResolvedRun
  let id: String
  /// The hash of its prepared data.
  let data: String
  /// 0…N of its training.
  let states: [String]
  /// Its sample grids, ascending by how many epochs are done; the last one is drawn at the end of the training.
  let grids: [(epochs: Int, hash: String)]
  let evaluation: Evaluation?

  init(_ resolved: ResolvedRun, id: String, data: String, states: [String]) {
    self.resolved = resolved
    self.id = id
    self.data = data
    self.states = states
    let (configuration, parameters) = (resolved.configuration, resolved.parameters)
    let epochs = configuration.training.epochs
    let between = configuration.sampling.grid.everyEpochs.map { Array(stride(from: $0, to: epochs, by: $0)) } ?? []
    grids = (between + [epochs]).map { ($0, Identity.sample(parameters, state: states[$0])) }
    guard !configuration.scores.isEmpty else {
      evaluation = nil
      return
    }
    let extractor = configuration.evaluation.extractor == nil ? Identity.extractor(data: data) : nil
    let pictures = Identity.draw(parameters, state: states[epochs])
    evaluation = Evaluation(
      extractor: extractor, pictures: pictures,
      scores: Identity.evaluate(parameters, pictures: pictures, extractor: extractor))
  }
}
