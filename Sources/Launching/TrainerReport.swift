import Experiments

extension StageKind {
  /// Whether a trainer tells of every step that it does, so that silence means that it hangs.
  var tellsOfSteps: Bool { [.train, .sample, .draw].contains(self) }
}

/// How far a trainer is, as it tells on its standard output: one JSON object a line.
public struct TrainerReport: Equatable, Sendable {
  /// What the trainer is at: `epoch`, `validation`, `sample` or the like; `ready` where it waits for the next stage.
  public let phase: String
  /// 0-based.
  public let epoch: Int?
  /// How many are done at the end of the stage.
  public let epochs: Int?
  /// With which the stage began.
  public let firstEpoch: Int?
  /// Steps done of this epoch, or of this phase.
  public let step: Int?
  public let steps: Int?
  public let picturesPerSecond: Double?
  public let loss: Double?

  /// Nil where the line is no report.
  init?(line: String) {
    guard line.hasPrefix("{"), let value = try? Value(json: line), case .string(let phase)? = value["phase"] else {
      return nil
    }
    self.phase = phase
    epoch = value.integer("epoch")
    epochs = value.integer("epochs")
    firstEpoch = value.integer("first_epoch")
    step = value.integer("step")
    steps = value.integer("steps")
    picturesPerSecond = value["pictures_per_second"]?.number
    loss = value["loss"]?.number
  }

  var isReady: Bool { phase == "ready" }

  /// Share of the whole stage that is done, 0…1; nil where the trainer does not say.
  public var fraction: Double? {
    let (step, steps) = zip(step, steps) ?? (0, 1)
    let (epoch, epochs) = zip(epoch, epochs) ?? (0, 1)
    let first = self.epoch == nil ? 0 : firstEpoch ?? 0
    guard steps > 0, epochs > first, self.step != nil || self.epoch != nil else { return nil }
    let done = (Double(epoch - first) * Double(steps) + Double(step)) / (Double(epochs - first) * Double(steps))
    return min(max(done, 0), 1)
  }
}

extension Value {
  fileprivate func integer(_ key: String) -> Int? {
    guard case .int(let value)? = self[key] else { return nil }
    return value
  }
}

private func zip<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
  guard let a, let b else { return nil }
  return (a, b)
}
