/// Keys that the design names and this version lacks. Refusing them by name tells a person that the spelling is right.
enum LaterKeys {
  private static let paths: Set<String> = [
    "evaluation", "slurm", "retries", "stop",
    "data.augmentation", "data.attributes", "data.labels", "data.near_duplicates",
    "model.from",
    "conditioning.attributes", "conditioning.warmup.metric", "conditioning.warmup.patience",
    "conditioning.warmup.parts", "conditioning.warmup.unfreeze",
    "diffusion.min_snr",
    "training.ema", "training.schedule", "training.gradient_clipping", "training.early_stopping",
    "training.min_snr", "training.keep",
    "sampling.guidance", "sampling.labels",
    "sweep.early_terminate",
  ]

  static let sweepMethods = ["random", "tpe", "bayes"]
  static let metrics = [
    "fid", "kid", "inception_score", "class_accuracy", "density", "coverage", "nearest_neighbour",
  ]

  static func contains(_ path: String) -> Bool {
    paths.contains(path)
  }

  static func message(_ name: String) -> String {
    "`\(name)` is not available in this version"
  }
}
