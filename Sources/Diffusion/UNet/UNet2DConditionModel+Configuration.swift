extension UNet2DConditionModel {
  /// One value a level goes from the finest level down.
  public struct Configuration: Equatable, Sendable {
    public enum Block: Equatable, Sendable { case plain, crossAttn }

    public var inChannels: Int
    public var outChannels: Int
    /// Channels a level.
    public var blockOutChannels: [Int]
    public var layersPerBlock: Int
    /// One a level.
    public var downBlockTypes: [Block]
    /// In the order of the way up, from the coarsest level on.
    public var upBlockTypes: [Block]
    /// Attention heads a level: what diffusers calls `attention_head_dim` here.
    public var heads: [Int]
    /// Channels of the context inside the cross-attention.
    public var crossAttentionDim: Int
    /// Channels of the context where it is projected first.
    public var encoderHidDim: Int?
    /// Divides every width.
    public var normGroups: Int
    public var normEpsilon: Double
    /// Of the residual blocks, 0..<1.
    public var dropout: Double

    public init(
      inChannels: Int = 3, outChannels: Int = 3, blockOutChannels: [Int], layersPerBlock: Int = 2,
      downBlockTypes: [Block]? = nil, upBlockTypes: [Block]? = nil,
      heads: [Int]? = nil, crossAttentionDim: Int = 1280, encoderHidDim: Int? = nil,
      normGroups: Int = 32, normEpsilon: Double = 1e-5, dropout: Double = 0
    ) {
      let levels = blockOutChannels.count
      self.inChannels = inChannels
      self.outChannels = outChannels
      self.blockOutChannels = blockOutChannels
      self.layersPerBlock = layersPerBlock
      self.downBlockTypes = downBlockTypes ?? (0..<levels).map { $0 == levels - 1 ? .crossAttn : .plain }
      self.upBlockTypes = upBlockTypes ?? self.downBlockTypes.reversed()
      self.heads = heads ?? blockOutChannels.map { _ in 8 }
      self.crossAttentionDim = crossAttentionDim
      self.encoderHidDim = encoderHidDim
      self.normGroups = normGroups
      self.normEpsilon = normEpsilon
      self.dropout = dropout
    }

    public var levels: Int { blockOutChannels.count }

    /// Channels of the context that it is given.
    public var contextChannels: Int { encoderHidDim ?? crossAttentionDim }

    /// Channels of the time embedding.
    public var timeChannels: Int { 4 * blockOutChannels[0] }
  }
}
