extension TrainingConfiguration {
  init(_ reader: ParameterReader) throws {
    epochs = try reader.integer("training.epochs")
    batchSize = try reader.integer("training.batch_size")
    loss = try reader.choice("training.loss")
    minSNR = try reader.optional("training.min_snr", reader.number)
    optimizer = try reader.choice("training.optimizer")
    learningRate = try reader.number("training.learning_rate")
    betas = try reader.numbers("training.betas")
    epsilon = try reader.number("training.epsilon")
    momentum = try reader.number("training.momentum")
    nesterov = try reader.boolean("training.nesterov")
    weightDecay = try reader.number("training.weight_decay")
    gradientClipping = try reader.optional("training.gradient_clipping", reader.number)
    emaDecay = try reader.optional("training.ema.decay", reader.number)
    schedule = Schedule(
      kind: try reader.choice("training.schedule.kind"),
      warmupEpochs: try reader.number("training.schedule.warmup_epochs"),
      final: try reader.number("training.schedule.final"),
      stepEpochs: try reader.integer("training.schedule.step_epochs"),
      factor: try reader.number("training.schedule.factor"),
      watch: try Watch(reader, "training.schedule"))
    earlyStopping = try Watch(reader, "training.early_stopping")
    keep = Keep(
      last: try reader.integer("training.keep.last"),
      best: try reader.optional("training.keep.best", reader.choice),
      bestCount: try reader.integer("training.keep.best_count"))
    precision = try reader.choice("training.precision")
    threads = try reader.integer("training.threads")
    device = try reader.choice("training.device")
  }

  var parameters: Parameters {
    let settings: Parameters = [
      "training.epochs": .int(epochs),
      "training.batch_size": .int(batchSize),
      "training.loss": .string(loss.rawValue),
      "training.min_snr": minSNR.map(Value.double) ?? .null,
      "training.optimizer": .string(optimizer.rawValue),
      "training.learning_rate": .double(learningRate),
      "training.betas": .list(betas.map(Value.double)),
      "training.epsilon": .double(epsilon),
      "training.momentum": .double(momentum),
      "training.nesterov": .bool(nesterov),
      "training.weight_decay": .double(weightDecay),
      "training.gradient_clipping": gradientClipping.map(Value.double) ?? .null,
      "training.ema.decay": emaDecay.map(Value.double) ?? .null,
      "training.schedule.kind": .string(schedule.kind.rawValue),
      "training.schedule.warmup_epochs": .double(schedule.warmupEpochs),
      "training.schedule.final": .double(schedule.final),
      "training.schedule.step_epochs": .int(schedule.stepEpochs),
      "training.schedule.factor": .double(schedule.factor),
      "training.keep.last": .int(keep.last),
      "training.keep.best": keep.best.map { .string($0.rawValue) } ?? .null,
      "training.keep.best_count": .int(keep.bestCount),
      "training.precision": .string(precision.rawValue),
      "training.threads": .int(threads),
      "training.device": .string(device.rawValue),
    ]
    return settings.merging(schedule.watch.parameters("training.schedule")) { $1 }
      .merging(earlyStopping.parameters("training.early_stopping")) { $1 }
  }
}

extension SamplingConfiguration {
  init(_ reader: ParameterReader) throws {
    sampler = try reader.choice("sampling.sampler")
    steps = try reader.integer("sampling.steps")
    eta = try reader.number("sampling.eta")
    guidance = try reader.number("sampling.guidance")
    seed = try reader.integer("sampling.seed")
    clipSample = try reader.boolean("sampling.clip_sample")
    spacing = try reader.choice("sampling.spacing")
    variance = try reader.choice("sampling.variance")
    precision = try reader.choice("sampling.precision")
    grid = Grid(
      rows: try reader.integer("sampling.grid.rows"),
      everyEpochs: try reader.optional("sampling.grid.every_epochs", reader.integer))
  }

  var parameters: Parameters {
    [
      "sampling.sampler": .string(sampler.rawValue),
      "sampling.steps": .int(steps),
      "sampling.eta": .double(eta),
      "sampling.guidance": .double(guidance),
      "sampling.seed": .int(seed),
      "sampling.clip_sample": .bool(clipSample),
      "sampling.spacing": .string(spacing.rawValue),
      "sampling.variance": .string(variance.rawValue),
      "sampling.precision": .string(precision.rawValue),
      "sampling.grid.rows": .int(grid.rows),
      "sampling.grid.every_epochs": grid.everyEpochs.map(Value.int) ?? .null,
    ]
  }
}
