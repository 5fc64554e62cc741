extension TrainingConfiguration {
  init(_ reader: ParameterReader) throws {
    epochs = try reader.integer("training.epochs")
    batchSize = try reader.integer("training.batch_size")
    loss = try reader.choice("training.loss")
    optimizer = try reader.choice("training.optimizer")
    learningRate = try reader.number("training.learning_rate")
    betas = try reader.numbers("training.betas")
    epsilon = try reader.number("training.epsilon")
    weightDecay = try reader.number("training.weight_decay")
    precision = try reader.choice("training.precision")
    threads = try reader.integer("training.threads")
    device = try reader.choice("training.device")
  }

  var parameters: Parameters {
    [
      "training.epochs": .int(epochs),
      "training.batch_size": .int(batchSize),
      "training.loss": .string(loss.rawValue),
      "training.optimizer": .string(optimizer.rawValue),
      "training.learning_rate": .double(learningRate),
      "training.betas": .list(betas.map(Value.double)),
      "training.epsilon": .double(epsilon),
      "training.weight_decay": .double(weightDecay),
      "training.precision": .string(precision.rawValue),
      "training.threads": .int(threads),
      "training.device": .string(device.rawValue),
    ]
  }
}

extension SamplingConfiguration {
  init(_ reader: ParameterReader) throws {
    sampler = try reader.choice("sampling.sampler")
    steps = try reader.integer("sampling.steps")
    eta = try reader.number("sampling.eta")
    seed = try reader.integer("sampling.seed")
    clipSample = try reader.boolean("sampling.clip_sample")
    spacing = try reader.choice("sampling.spacing")
    variance = try reader.choice("sampling.variance")
    grid = Grid(
      rows: try reader.integer("sampling.grid.rows"),
      everyEpochs: try reader.optional("sampling.grid.every_epochs", reader.integer))
  }

  var parameters: Parameters {
    [
      "sampling.sampler": .string(sampler.rawValue),
      "sampling.steps": .int(steps),
      "sampling.eta": .double(eta),
      "sampling.seed": .int(seed),
      "sampling.clip_sample": .bool(clipSample),
      "sampling.spacing": .string(spacing.rawValue),
      "sampling.variance": .string(variance.rawValue),
      "sampling.grid.rows": .int(grid.rows),
      "sampling.grid.every_epochs": grid.everyEpochs.map(Value.int) ?? .null,
    ]
  }
}
