/// A metric of every epoch that decisions can hang on; less is better.
public enum WatchedMetric: String, CaseIterable, Sendable {
  case trainL1 = "train.l1"
  case trainMSE = "train.mse"
  case validationL1 = "validation.l1"
  case validationMSE = "validation.mse"
  /// Of the averaged weights.
  case validationEMAL1 = "validation.ema.l1"
  case validationEMAMSE = "validation.ema.mse"

  var needsAveragedWeights: Bool { self == .validationEMAL1 || self == .validationEMAMSE }
}

/// When a metric has stopped improving: after `patience` epochs in a row in which it didn't fall by more than
/// `minDelta` below its least value so far.
public struct Watch: Equatable, Sendable {
  /// Nil: nothing is watched.
  public var metric: WatchedMetric?
  public var patience: Int
  public var minDelta: Double
}

extension Watch {
  init(_ reader: ParameterReader, _ block: String) throws {
    metric = try reader.optional("\(block).metric", reader.choice)
    patience = try reader.integer("\(block).patience")
    minDelta = try reader.number("\(block).min_delta")
  }

  func parameters(_ block: String) -> Parameters {
    [
      "\(block).metric": metric.map { .string($0.rawValue) } ?? .null,
      "\(block).patience": .int(patience),
      "\(block).min_delta": .double(minDelta),
    ]
  }
}
