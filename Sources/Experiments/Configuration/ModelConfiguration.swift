/// The denoising network.
public struct ModelConfiguration: Equatable, Sendable {
  public enum Kind: String, CaseIterable, Sendable { case unet2DCondition = "unet-2d-condition" }
  public enum Block: String, CaseIterable, Sendable {
    case down = "Down"
    case crossAttnDown = "CrossAttnDown"
  }

  public var kind: Kind
  /// Channels a level, from the finest down.
  public var widths: [Int]
  public var layersPerBlock: Int
  /// Groups of every GroupNorm; divides every width.
  public var normGroups: Int
  /// Attention heads; divides every width that has attention.
  public var heads: Int
  /// The encoder hidden states' channels inside the cross-attention.
  public var crossAttention: Int
  /// Dropout of the residual blocks, 0..<1.
  public var dropout: Double
  /// One a level; resolved even where the file leaves it out.
  public var downBlocks: [Block]
  /// A folder whose weights are the initial ones, absolute once resolved.
  public var from: String?
}
