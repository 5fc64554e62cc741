/// What kind of work a stage is.
public enum StageKind: String, Codable, CaseIterable, Sendable {
  /// Pictures and labels, ready to be trained on.
  case prepare
  /// Weights, through a range of epochs: from the initial ones, or from where another training is.
  case train
  /// A sample grid from the weights after some epoch.
  case sample
  /// The classifier by whose features pictures are scored.
  case extractor
  /// Pictures to be scored, from the weights after the last epoch.
  case draw
  /// Their scores.
  case evaluate
}

/// A piece of work that is identified by all that can influence its result, and by nothing else.
public struct Stage: Equatable, Codable, Sendable {
  /// SHA-256, 64 hexadecimal digits. Of a train stage, its last state's.
  public let hash: String
  public let kind: StageKind
  /// Hashes of the stages whose results this one needs.
  public let parents: [String]
  /// The resolved parameters of one of the runs that need this stage.
  public let parameters: Parameters
  /// How many epochs are done, train: at its end; sample, draw, evaluate: in the state that is drawn from. Nil for
  /// `prepare` and `extractor`.
  public let epochs: Int?
  /// Train: hashes of the states that it passes through, the one that it starts from included. Sample and draw:
  /// the hash of the state that is drawn from. Empty for the others.
  public let states: [String]
  /// Train: the epochs (numbers of epochs done) whose weights are kept, ascending, the last one included. What
  /// others in the plan want kept does not change this stage's identity.
  public var keep: [Int]

  public init(
    hash: String, kind: StageKind, parents: [String], parameters: Parameters, epochs: Int? = nil,
    states: [String] = [], keep: [Int] = []
  ) {
    self.hash = hash
    self.kind = kind
    self.parents = parents
    self.parameters = parameters
    self.epochs = epochs
    self.states = states
    self.keep = keep
  }

  /// The epochs that a train stage trains, 0-based; empty for other kinds.
  public var trained: Range<Int> {
    guard kind == .train, let epochs else { return 0..<0 }
    return epochs - (states.count - 1)..<epochs
  }

  /// The hash of the state that a train stage passes through when so many epochs are done.
  public func state(after epochs: Int) -> String { states[epochs - trained.lowerBound] }

  /// The state whose file this stage needs of one of its parents; data, extractors and drawn pictures are named by
  /// their stage.
  public func origin(from parent: String) -> String {
    switch kind {
    case .train where trained.lowerBound > 0, .sample, .draw: states.first ?? parent
    case .prepare, .train, .extractor, .evaluate: parent
    }
  }
}
