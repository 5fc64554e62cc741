/// What the network is told about the picture wanted.
public struct ConditioningConfiguration: Equatable, Sendable {
  public enum Kind: String, CaseIterable, Sendable { case none, label }

  /// From epoch `epochs` (0-based) on, the embedding net is frozen and labels are masked.
  public struct Warmup: Equatable, Sendable {
    public var epochs: Int
  }

  public var kind: Kind
  /// Channels of the embedding.
  public var embedding: Int
  /// Channels of the embedding net's hidden layer; nil: as many as `embedding`.
  public var bottleneck: Int?
  /// Dropout of the embedding net, 0..<1.
  public var dropout: Double
  public var warmup: Warmup?
  /// Probability that a label is kept, from the end of the warm-up on, or from the start where there is none.
  public var labelKeep: Double
}
