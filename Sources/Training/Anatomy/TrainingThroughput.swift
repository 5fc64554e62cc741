public import Experiments
import Torch

/// How fast a training goes beside others that are measured at the same time: it is made ready first.
public final class TrainingThroughput {
  private let probe: TrainingProbe
  private let pictures: Int

  /// Makes ready, with a first step.
  /// - Parameter pictures: of a step, from 1.
  public init(_ configuration: Configuration, classes: Int, pictures: Int) {
    Runtime.threads = configuration.training.threads
    probe = TrainingProbe(configuration, classes: classes)
    self.pictures = pictures
    _ = probe.step(pictures: pictures)
  }

  /// Pictures a second, over at least `seconds` and two steps.
  public func measure(seconds: Double) -> Double {
    let start = ContinuousClock.now
    var (steps, elapsed) = (0, 0.0)
    while steps < 2 || elapsed < seconds {
      _ = probe.step(pictures: pictures)
      steps += 1
      elapsed = (ContinuousClock.now - start) / .seconds(1)
    }
    return Double(steps * pictures) / elapsed
  }
}
