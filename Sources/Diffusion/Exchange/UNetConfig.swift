import Foundation

extension UNet2DConditionModel.Configuration {
  /// What diffusers wrote as `unet/config.json`.
  /// - Throws: `PipelineError` where a setting asks for a network that isn't available.
  init(diffusers url: URL) throws {
    var config = try DiffusersConfig(url)
    try config.require("_class_name", "UNet2DConditionModel")
    for (key, value) in [("act_fn", "silu"), ("resnet_time_scale_shift", "default"), ("attention_type", "default")] {
      try config.require(key, value)
    }
    try config.require("mid_block_type", "UNetMidBlock2DCrossAttn")
    try config.require("time_embedding_type", "positional")
    try config.require("flip_sin_to_cos", true)
    for (key, value) in [
      ("freq_shift", 0), ("downsample_padding", 1), ("transformer_layers_per_block", 1), ("conv_in_kernel", 3),
      ("conv_out_kernel", 3),
    ] {
      try config.require(key, value)
    }
    for key in ["mid_block_scale_factor", "resnet_out_scale_factor"] { try config.require(key, 1.0) }
    config.ignore("sample_size", "addition_embed_type_num_heads")

    guard let widths: [Int] = try config.get("block_out_channels"), !widths.isEmpty else {
      throw config.refuse("'block_out_channels' is missing")
    }
    let encoderHidDim: Int? = try config.get("encoder_hid_dim")
    if encoderHidDim != nil { try config.require("encoder_hid_dim_type", "text_proj") }
    self.init(
      inChannels: try config.get("in_channels", default: 4), outChannels: try config.get("out_channels", default: 4),
      blockOutChannels: widths, layersPerBlock: try config.get("layers_per_block", default: 2),
      downBlockTypes: try config.blocks("down_block_types", way: "Down", levels: widths.count),
      upBlockTypes: try config.blocks("up_block_types", way: "Up", levels: widths.count),
      heads: try config.heads(levels: widths.count),
      crossAttentionDim: try config.get("cross_attention_dim", default: 1280), encoderHidDim: encoderHidDim,
      normGroups: try config.get("norm_num_groups", default: 32),
      normEpsilon: try config.get("norm_eps", default: 1e-5),
      dropout: try config.get("dropout", default: 0))
    try config.requireNothingElse()
    for width in widths where width % normGroups != 0 {
      throw config.refuse("\(normGroups) norm groups don't divide the width \(width)")
    }
  }

  /// What diffusers reads as `unet/config.json`: every setting that it writes there itself.
  /// - Parameter size: width and height of the pictures, in pixels.
  func diffusersConfig(size: Int?) -> [String: Any] {
    func names(_ blocks: [Block], way: String) -> [String] {
      blocks.map { $0 == .plain ? "\(way)Block2D" : "CrossAttn\(way)Block2D" }
    }
    var config: [String: Any] = [
      "_class_name": "UNet2DConditionModel", "sample_size": size.orNull,
      "in_channels": inChannels, "out_channels": outChannels, "block_out_channels": blockOutChannels,
      "layers_per_block": layersPerBlock, "down_block_types": names(downBlockTypes, way: "Down"),
      "up_block_types": names(upBlockTypes, way: "Up"),
      "attention_head_dim": Set(heads).count == 1 ? heads[0] as Any : heads,
      "cross_attention_dim": crossAttentionDim, "encoder_hid_dim": encoderHidDim.orNull,
      "encoder_hid_dim_type": encoderHidDim.map { _ in "text_proj" }.orNull,
      "norm_num_groups": normGroups, "norm_eps": normEpsilon, "dropout": dropout,
      // What this network is, beside what it may be.
      "act_fn": "silu", "attention_type": "default", "resnet_time_scale_shift": "default",
      "mid_block_type": "UNetMidBlock2DCrossAttn", "time_embedding_type": "positional", "flip_sin_to_cos": true,
      "freq_shift": 0, "downsample_padding": 1, "transformer_layers_per_block": 1, "conv_in_kernel": 3,
      "conv_out_kernel": 3, "mid_block_scale_factor": 1, "resnet_out_scale_factor": 1.0,
      "addition_embed_type_num_heads": 64,
    ]
    for key in [
      "center_input_sample", "class_embeddings_concat", "dual_cross_attention", "only_cross_attention",
      "resnet_skip_time_act", "upcast_attention", "use_linear_projection",
    ] {
      config[key] = false
    }
    for key in [
      "addition_embed_type", "addition_time_embed_dim", "class_embed_type", "cross_attention_norm",
      "mid_block_only_cross_attention", "num_attention_heads", "num_class_embeds",
      "projection_class_embeddings_input_dim", "reverse_transformer_layers_per_block", "time_cond_proj_dim",
      "time_embedding_act_fn", "time_embedding_dim", "timestep_post_act",
    ] {
      config[key] = NSNull()
    }
    return config
  }
}

extension DiffusersConfig {
  fileprivate mutating func blocks(
    _ key: String, way: String, levels: Int
  ) throws -> [UNet2DConditionModel.Configuration.Block] {
    guard let names: [String] = try get(key), names.count == levels else {
      throw refuse("'\(key)' must name \(levels) blocks")
    }
    return try names.map { name in
      switch name {
      case "\(way)Block2D": .plain
      case "CrossAttn\(way)Block2D": .crossAttn
      default: throw refuse("the block \(name) isn't available; \(way)Block2D and CrossAttn\(way)Block2D are")
      }
    }
  }

  /// diffusers calls the number of heads `attention_head_dim` in this network, unless `num_attention_heads` is set.
  fileprivate mutating func heads(levels: Int) throws -> [Int] {
    let all = try? get("num_attention_heads", as: Int.self)
    let each = try? get("num_attention_heads", as: [Int].self)
    let oldAll = try? get("attention_head_dim", as: Int.self)
    let oldEach = try? get("attention_head_dim", as: [Int].self)
    let heads =
      each ?? all.map { [Int](repeating: $0, count: levels) } ?? oldEach ?? [Int](repeating: oldAll ?? 8, count: levels)
    guard heads.count == levels else { throw refuse("attention heads must be given for \(levels) levels") }
    return heads
  }
}
