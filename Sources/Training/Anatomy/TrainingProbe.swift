import Diffusion
import Experiments
import Torch
import TorchNN

/// A training on pictures without content, whose steps are watched.
final class TrainingProbe {
  struct Observation {
    let seconds: Double
    /// The most that tensors took beyond what stays between steps, in bytes, and the most until the loss was known.
    let peak: Int
    let forwardPeak: Int
    let flops: Int
  }

  private let configuration: Configuration
  private let classes: Int
  private let trace = MemoryTrace()
  private let denoiser: Denoiser
  private let update: WeightUpdate
  private let training: TrainingStep
  private let dropout = DropoutStreams(seed: 0)
  /// Bytes of the parameters.
  let weights: Int

  init(_ configuration: Configuration, classes: Int) {
    self.configuration = configuration
    self.classes = classes
    denoiser = Denoiser(configuration, classes: classes)
    weights = trace.bytes
    update = WeightUpdate(denoiser.namedParameters, configuration.training)
    let settings = configuration.training
    training = TrainingStep(
      schedule: NoiseSchedule(configuration.diffusion), prediction: Prediction(configuration.diffusion.prediction),
      loss: settings.loss, minSNR: settings.minSNR,
      precision: settings.precision.dtype)
  }

  var optimizer: Int { bytes(of: update.optimizer.state) }
  var average: Int { bytes(of: update.average?.state ?? [:]) }

  private func bytes(of state: [String: Tensor]) -> Int {
    state.values.reduce(0) { $0 + $1.count * $1.dtype.byteWidth }
  }

  /// Of the two parts, and then of the network's blocks.
  var parameters: [(part: String, count: Int)] {
    let counts = denoiser.parameterCounts.map { (part: $0.part.rawValue, count: $0.count) }
    let blocks = denoiser.unet.children.map { key, module in
      (part: "unet.\(key.prefix { $0 != "." })", count: module.parameterCount)
    }
    let order = blocks.map(\.part).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return counts + order.map { name in (name, blocks.filter { $0.part == name }.reduce(0) { $0 + $1.count }) }
  }

  func step(pictures: Int) -> Observation {
    dropout.indices = (0..<pictures).map(UInt32.init)
    return observe(pictures, .training(dropout)) { [update] outcome in _ = update(outcome.objective, learningRate: 0) }
  }

  func forward(pictures: Int) -> Observation {
    withoutGradients { observe(pictures, .evaluation) { _ in } }
  }

  /// Of the optimizer's part of a step, which is the same however many pictures there are.
  func updateSeconds() -> Double {
    let start = ContinuousClock.now
    update.optimizer.step(learningRate: 0)
    update.average?.update()
    return (ContinuousClock.now - start) / .seconds(1)
  }

  private func observe(
    _ pictures: Int, _ mode: Mode, then finish: (TrainingStep.Outcome) -> Void
  ) -> Observation {
    let start = ContinuousClock.now
    let size = configuration.data.size
    let x = Tensor.zeros([pictures, 3, size, size])
    let labels = Tensor.zeros([pictures, classes])
    let timesteps = [Int](repeating: 0, count: pictures)
    var (flops, events) = (0, 0)
    let memory = trace.during {
      let begin = trace.count
      var outcome: TrainingStep.Outcome?
      flops = countingFlops { outcome = training(denoiser, x0: x, labels: labels, t: timesteps, noise: x, mode) }
      events = trace.count - begin
      if let outcome { finish(outcome) }
    }
    return Observation(
      seconds: (ContinuousClock.now - start) / .seconds(1), peak: memory.max() ?? 0,
      forwardPeak: memory.prefix(events).max() ?? 0, flops: flops)
  }
}
