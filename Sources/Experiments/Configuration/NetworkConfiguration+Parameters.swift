extension ModelConfiguration {
  init(_ reader: ParameterReader) throws {
    kind = try reader.choice("model.kind")
    widths = try reader.integers("model.widths")
    layersPerBlock = try reader.integer("model.layers_per_block")
    normGroups = try reader.integer("model.norm_groups")
    heads = try reader.integer("model.heads")
    crossAttention = try reader.integer("model.cross_attention")
    dropout = try reader.number("model.dropout")
    downBlocks = try reader.choices("model.down_blocks")
    from = try reader.optional("model.from", reader.text)
  }

  var parameters: Parameters {
    [
      "model.kind": .string(kind.rawValue),
      "model.widths": .list(widths.map(Value.int)),
      "model.layers_per_block": .int(layersPerBlock),
      "model.norm_groups": .int(normGroups),
      "model.heads": .int(heads),
      "model.cross_attention": .int(crossAttention),
      "model.dropout": .double(dropout),
      "model.down_blocks": .list(downBlocks.map { .string($0.rawValue) }),
      "model.from": from.map(Value.string) ?? .null,
    ]
  }
}

extension ConditioningConfiguration {
  init(_ reader: ParameterReader) throws {
    kind = try reader.choice("conditioning.kind")
    embedding = try reader.integer("conditioning.embedding")
    bottleneck = try reader.optional("conditioning.bottleneck", reader.integer)
    dropout = try reader.number("conditioning.dropout")
    warmup = Warmup(
      epochs: try reader.optional("conditioning.warmup.epochs", reader.integer),
      watch: try Watch(reader, "conditioning.warmup"),
      parts: try reader.choices("conditioning.warmup.parts"),
      frozenDropout: try reader.boolean("conditioning.warmup.frozen_dropout"),
      frozenEpochs: try reader.optional("conditioning.warmup.frozen_epochs", reader.integer))
    labelKeep = try reader.number("conditioning.label_keep")
  }

  var parameters: Parameters {
    let settings: Parameters = [
      "conditioning.kind": .string(kind.rawValue),
      "conditioning.embedding": .int(embedding),
      "conditioning.bottleneck": bottleneck.map(Value.int) ?? .null,
      "conditioning.dropout": .double(dropout),
      "conditioning.warmup.epochs": warmup.epochs.map(Value.int) ?? .null,
      "conditioning.warmup.parts": .list(warmup.parts.map { .string($0.rawValue) }),
      "conditioning.warmup.frozen_dropout": .bool(warmup.frozenDropout),
      "conditioning.warmup.frozen_epochs": warmup.frozenEpochs.map(Value.int) ?? .null,
      "conditioning.label_keep": .double(labelKeep),
    ]
    return settings.merging(warmup.watch.parameters("conditioning.warmup")) { $1 }
  }
}

extension DiffusionConfiguration {
  init(_ reader: ParameterReader) throws {
    timesteps = try reader.integer("diffusion.timesteps")
    schedule = try reader.choice("diffusion.schedule")
    betaStart = try reader.number("diffusion.beta_start")
    betaEnd = try reader.number("diffusion.beta_end")
    prediction = try reader.choice("diffusion.prediction")
    rescaleBetasZeroSNR = try reader.boolean("diffusion.rescale_betas_zero_snr")
  }

  var parameters: Parameters {
    [
      "diffusion.timesteps": .int(timesteps),
      "diffusion.schedule": .string(schedule.rawValue),
      "diffusion.beta_start": .double(betaStart),
      "diffusion.beta_end": .double(betaEnd),
      "diffusion.prediction": .string(prediction.rawValue),
      "diffusion.rescale_betas_zero_snr": .bool(rescaleBetasZeroSNR),
    ]
  }
}
