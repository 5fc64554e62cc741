import Foundation

/// Something that no single setting shows to be wrong.
struct Fault {
  /// The settings concerned, the likeliest culprit first.
  let paths: [String]
  let message: String
  var suggestion: String?
}

/// What has to hold between the settings of one run.
enum Rules {
  /// The first rule that is broken; nil where all hold.
  static func fault(in configuration: Configuration) -> Fault? {
    for rule in rules {
      if let fault = rule(configuration) { return fault }
    }
    return nil
  }

  private static let rules: [@Sendable (Configuration) -> Fault?] = [
    { stepsWithinTimesteps($0.sampling, $0.diffusion) },
    { etaOnlyWithDDIM($0.sampling) },
    { blockForEachWidth($0.model) },
    { groupsDivideWidths($0.model) },
    { headsDivideWidths($0.model) },
    { levelsDivideSize($0.model, $0.data) },
    { spritesAreScaledWhole($0.data) },
    { sharesAddUp($0.data.split) },
    { badAndDuplicatesFit($0.data) },
    { betasGrow($0.diffusion) },
    { sourceHasItsFiles($0.data) },
    { cropsAreOrdered($0.data.augmentation) },
    { nesterovHasMomentum($0.training) },
    { averagedWeightsExist($0) },
    { somethingIsLearnt($0.conditioning) },
    { EvaluationRules.picturesSuffice($0) },
    { EvaluationRules.extractorIsNamed($0.evaluation) },
    { EvaluationRules.referenceHasPictures($0) },
  ]

  private static func stepsWithinTimesteps(_ sampling: SamplingConfiguration, _ diffusion: DiffusionConfiguration)
    -> Fault?
  {
    guard sampling.steps > diffusion.timesteps else { return nil }
    return Fault(
      paths: ["sampling.steps", "diffusion.timesteps"],
      message: "sampling.steps is \(sampling.steps), above the \(diffusion.timesteps) of diffusion.timesteps",
      suggestion: String(diffusion.timesteps))
  }

  private static func etaOnlyWithDDIM(_ sampling: SamplingConfiguration) -> Fault? {
    guard sampling.sampler == .ddpm, sampling.eta != 0 else { return nil }
    return Fault(
      paths: ["sampling.eta", "sampling.sampler"],
      message: "sampling.eta is \(sampling.eta.short), and ddpm takes only 0; ddim takes more", suggestion: "0")
  }

  private static func blockForEachWidth(_ model: ModelConfiguration) -> Fault? {
    guard model.downBlocks.count != model.widths.count else { return nil }
    return Fault(
      paths: ["model.down_blocks", "model.widths"],
      message:
        "model.down_blocks has \(model.downBlocks.count) blocks for the \(model.widths.count) levels of model.widths")
  }

  private static func groupsDivideWidths(_ model: ModelConfiguration) -> Fault? {
    guard let width = model.widths.first(where: { $0 % model.normGroups != 0 }) else { return nil }
    return Fault(
      paths: ["model.norm_groups", "model.widths"],
      message: "model.norm_groups is \(model.normGroups), which does not divide the width \(width)",
      suggestion: String(largestDivisor(of: model.widths, upTo: model.normGroups)))
  }

  /// The middle of the network, as wide as the last level, has attention too.
  private static func headsDivideWidths(_ model: ModelConfiguration) -> Fault? {
    let attended =
      zip(model.widths, model.downBlocks).filter { $0.1 == .crossAttnDown }.map(\.0) + model.widths.suffix(1)
    guard let width = attended.first(where: { $0 % model.heads != 0 }) else { return nil }
    return Fault(
      paths: ["model.heads", "model.widths"],
      message: "model.heads is \(model.heads), which does not divide the width \(width) of a level with attention",
      suggestion: String(largestDivisor(of: attended, upTo: model.heads)))
  }

  private static func spritesAreScaledWhole(_ data: DataConfiguration) -> Fault? {
    guard data.source == .sprites, data.size % 16 != 0 else { return nil }
    return Fault(
      paths: ["data.size", "data.source"],
      message: "data.size is \(data.size), and sprites are drawn 16 pixels wide and enlarged 2, 3, … times",
      suggestion: String(max(16, (data.size + 8) / 16 * 16)))
  }

  private static func levelsDivideSize(_ model: ModelConfiguration, _ data: DataConfiguration) -> Fault? {
    let halvings = model.widths.count - 1
    guard halvings < 16, data.size % (1 << halvings) == 0 else {
      return Fault(
        paths: ["model.widths", "data.size"],
        message: "model.widths has \(model.widths.count) levels, which halve the picture \(halvings) times, "
          + "and \(data.size) pixels of data.size cannot be halved so often",
        suggestion: halvings < 10 ? "size: \((data.size >> halvings + 1) << halvings)" : nil)
    }
    return nil
  }

  private static func sharesAddUp(_ split: DataConfiguration.Split) -> Fault? {
    let paths = ["data.split.train", "data.split.validation", "data.split.test"]
    let sum = split.train + split.validation + split.test
    if abs(sum - 1) > 1e-9 {
      let rest = ((1 - split.validation - split.test) * 1e6).rounded() / 1e6
      return Fault(
        paths: paths, message: "data.split sums to \(((sum * 1e6).rounded() / 1e6).short), not to 1",
        suggestion: rest > 0 ? "train: \(rest.short)" : nil)
    }
    return split.train > 0 ? nil : Fault(paths: paths, message: "data.split leaves nothing to train on")
  }

  private static func badAndDuplicatesFit(_ data: DataConfiguration) -> Fault? {
    guard data.source == .sprites, data.bad + data.duplicates > 1 else { return nil }
    return Fault(
      paths: ["data.bad", "data.duplicates"],
      message: "data.bad and data.duplicates are shares of all sprites, and sum to more than 1")
  }

  private static func betasGrow(_ diffusion: DiffusionConfiguration) -> Fault? {
    guard diffusion.betaEnd < diffusion.betaStart else { return nil }
    return Fault(
      paths: ["diffusion.beta_end", "diffusion.beta_start"],
      message:
        "diffusion.beta_end is \(diffusion.betaEnd.short), below the \(diffusion.betaStart.short) of diffusion.beta_start"
    )
  }

  private static func sourceHasItsFiles(_ data: DataConfiguration) -> Fault? {
    let needs: [(source: DataConfiguration.Source, path: String, value: String?, what: String)] = [
      (.images, "data.path", data.path, "the folder of the pictures"),
      (.npy, "data.pictures", data.pictures, "an array of pictures"),
      (.npy, "data.labels", data.labels, "an array of labels"),
    ]
    guard let need = needs.first(where: { $0.source == data.source && $0.value == nil }) else { return nil }
    let placeholder = need.source == .images ? "FOLDER" : "FILE.npy"
    return Fault(
      paths: ["data.source"],
      message: "data.source \(data.source.rawValue) needs \(need.path), \(need.what); "
        + "write it in the file, or give it as -S \(need.path)=\(placeholder)")
  }

  private static func cropsAreOrdered(_ augmentation: DataConfiguration.Augmentation) -> Fault? {
    for (path, bounds) in [
      ("data.augmentation.crop_scale", augmentation.cropScale),
      ("data.augmentation.crop_ratio", augmentation.cropRatio),
    ] {
      guard let bounds, bounds[0] > bounds[1] else { continue }
      return Fault(
        paths: [path],
        message: "\(path) goes from the least to the greatest, not from \(bounds[0].short) to \(bounds[1].short)",
        suggestion: "[\(bounds[1].short), \(bounds[0].short)]")
    }
    return nil
  }

  private static func nesterovHasMomentum(_ training: TrainingConfiguration) -> Fault? {
    guard training.optimizer == .sgd, training.nesterov, training.momentum == 0 else { return nil }
    return Fault(
      paths: ["training.nesterov", "training.momentum"],
      message: "training.nesterov needs training.momentum above 0", suggestion: "momentum: 0.9")
  }

  private static func somethingIsLearnt(_ conditioning: ConditioningConfiguration) -> Fault? {
    guard conditioning.hasWarmup, Set(conditioning.warmup.parts).isSuperset(of: [.label, .unet]) else { return nil }
    return Fault(
      paths: ["conditioning.warmup.parts"],
      message: "conditioning.warmup.parts freezes the network and the embedding net, which leaves nothing to learn",
      suggestion: "[label]")
  }

  private static func averagedWeightsExist(_ configuration: Configuration) -> Fault? {
    let training = configuration.training
    guard training.emaDecay == nil else { return nil }
    let watching: [(path: String, metric: WatchedMetric?)] = [
      ("conditioning.warmup.metric", configuration.conditioning.warmup.watch.metric),
      ("training.schedule.metric", training.schedule.watch.metric),
      ("training.early_stopping.metric", training.earlyStopping.metric), ("training.keep.best", training.keep.best),
    ]
    guard let (path, metric) = watching.first(where: { $0.metric?.needsAveragedWeights ?? false }), let metric else {
      return nil
    }
    return Fault(
      paths: [path, "training.ema.decay"],
      message: "\(path) is \(metric.rawValue), and training.ema.decay is null, so there are no averaged weights",
      suggestion: metric.rawValue.replacing("ema.", with: ""))
  }

  private static func largestDivisor(of widths: [Int], upTo limit: Int) -> Int {
    let common = widths.reduce(0, greatestCommonDivisor)
    return (1...max(1, min(limit, common))).last { common % $0 == 0 } ?? 1
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }
}
