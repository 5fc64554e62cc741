import Diffusion
import Experiments
import Torch
import TorchNN

/// What surrounds the network's passes where nothing is learnt.
extension Benchmark {
  /// Validation of a batch of pictures, and how many times as long it took as its passes through the network alone.
  public func validation() -> (timing: Timing, overhead: Double) {
    let denoiser = denoiser()
    let validation = Validation(
      emptyData(pictures: batchSize, held: true), NoiseSchedule(configuration.diffusion),
      Prediction(configuration.diffusion.prediction), seed: 0)
    return overhead(denoiser, passes: Validation.draws) { _ = validation(denoiser) {} }
  }

  /// DDIM with 10 steps over a batch, and how many times as long it took as its passes through the network alone.
  public func grid() -> (timing: Timing, overhead: Double) {
    let denoiser = denoiser()
    return overhead(denoiser, passes: Self.sampler.timesteps.count) { _ = draw(denoiser, labels) }
  }

  /// - Parameter passes: of the batch through the network in `work`.
  private func overhead(
    _ denoiser: Denoiser, passes: Int, of work: () -> Void
  ) -> (timing: Timing, overhead: Double) {
    let (x, t, labels) = (Tensor.zeros([batchSize, 3, size, size]), Tensor([Int64(0)], shape: [1]), labels)
    func passAlone() -> Double { denoiser(x, timesteps: t, labels: labels, .evaluation).mean().item() }
    let pairs = withoutGradients {
      (0..<Self.warmupSteps + repeats).map { _ in
        (work: seconds(of: work), alone: seconds { for _ in 0..<passes { _ = passAlone() } })
      }.suffix(repeats)
    }
    let ratios = pairs.map { $0.work / $0.alone }.sorted()
    return (
      Timing(seconds: pairs.map(\.work), flops: passes * forwardFlops(denoiser)), overhead: ratios[ratios.count / 2]
    )
  }
}
