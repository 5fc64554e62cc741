/// What the network is told about the picture wanted.
public struct ConditioningConfiguration: Equatable, Sendable {
  public enum Kind: String, CaseIterable, Sendable { case none, label }

  /// When parts are frozen and labels are masked: from an epoch on, when a metric has stopped improving, or both.
  public struct Warmup: Equatable, Sendable {
    /// What can be frozen; each stands for the parameters whose names begin with it.
    public enum Part: String, CaseIterable, Sendable {
      case label, unet
      case unetTimeEmbedding = "unet.time_embedding"
      case unetDownBlocks = "unet.down_blocks"
      case unetMidBlock = "unet.mid_block"
      case unetUpBlocks = "unet.up_blocks"
    }

    /// The first epoch (0-based) after the warm-up; beside a metric, the earliest one. Nil: the metric alone decides.
    public var epochs: Int?
    public var watch: Watch
    public var parts: [Part]
    /// Whether a frozen part's own dropout goes on.
    public var frozenDropout: Bool
    /// How many epochs it stays frozen; nil: for good.
    public var frozenEpochs: Int?
  }

  public var kind: Kind
  /// Channels of the embedding.
  public var embedding: Int
  /// Channels of the embedding net's hidden layer; nil: as many as `embedding`.
  public var bottleneck: Int?
  /// Dropout of the embedding net, 0..<1.
  public var dropout: Double
  public var warmup: Warmup
  /// Probability that a label is kept, from the end of the warm-up on, or from the start where there is none.
  public var labelKeep: Double

  /// Whether there is a warm-up at all.
  public var hasWarmup: Bool { kind != .none && (warmup.epochs != nil || warmup.watch.metric != nil) }
}
