import Datasets
import Diffusion
public import Experiments
import Foundation
import Torch
import TorchNN

/// Times training and sampling as they are done for a run, on pictures without content.
public struct Benchmark {
  /// What was timed.
  public struct Timing {
    /// Of each repeat, those for warming up left out.
    public let seconds: [Double]
    /// Floating-point operations of one repeat, as `FlopCounter` counts them; with training, those of the gradients too.
    public let flops: Int

    public var median: Double { seconds.sorted()[seconds.count / 2] }
  }

  let configuration: Configuration
  let repeats: Int

  /// - Parameters:
  ///   - configuration: whose network is trained with its batch size, loss, optimizer, precision and threads.
  ///   - repeats: steps, or passes, that count; from 1.
  public init(_ configuration: Configuration, repeats: Int) {
    self.configuration = configuration
    self.repeats = repeats
    Runtime.threads = configuration.training.threads
  }

  static let warmupSteps = 2
  private static let classes = 5

  var batchSize: Int { configuration.training.batchSize }
  var size: Int { configuration.data.size }
  private var precision: Precision { configuration.training.precision }

  /// Steps of an epoch.
  public func train() throws -> Timing {
    let denoiser = denoiser()
    let pictures = batchSize * (Self.warmupSteps + repeats)
    let data = emptyData(pictures: pictures, held: false)
    let update = WeightUpdate(denoiser.namedParameters, configuration.training)
    let schedule = NoiseSchedule(configuration.diffusion)
    let epoch = Epoch(data, configuration, schedule, Prediction(configuration.diffusion.prediction))
    var last = ContinuousClock.now
    var seconds: [Double] = []
    var tally = EpochTally()
    try epoch.run(.init(epoch: 0) { _ in configuration.training.learningRate }, denoiser, update, &tally) { _, _ in
      let now = ContinuousClock.now
      seconds.append((now - last) / .seconds(1))
      last = now
    }
    return Timing(
      seconds: Array(seconds.dropFirst(Self.warmupSteps)),
      flops: TrainingAnatomy.passesPerStep * forwardFlops(denoiser))
  }

  /// Passes of DDIM with 10 steps over a batch.
  public func sample() -> Timing {
    let (denoiser, labels) = (denoiser(), labels)
    let times = (0..<Self.warmupSteps + repeats).map { _ in seconds { _ = draw(denoiser, labels) } }
    return Timing(
      seconds: Array(times.dropFirst(Self.warmupSteps)),
      flops: Self.sampler.timesteps.count * forwardFlops(denoiser))
  }

  static var sampler: DDIM { DDIM(steps: 10, SamplerConfiguration(schedule: NoiseSchedule())) }

  /// - Returns: the pictures' mean, so that they have to be there.
  func draw(_ denoiser: Denoiser, _ labels: Tensor) -> Double {
    let drawing = Drawing(sampler: Self.sampler, shape: [3, size, size], seed: 0)
    return drawing.draw(noiseIndices: Array(0..<batchSize)) { x, t in
      precision { denoiser(x, timesteps: Tensor([Int64(t)], shape: [1]), labels: labels, .evaluation) }
    }.mean().item()
  }

  func seconds(of work: () -> Void) -> Double {
    let start = ContinuousClock.now
    work()
    return (ContinuousClock.now - start) / .seconds(1)
  }

  /// A 3×3 convolution from 128 channels to 128, channels last, of 32 pictures of 32×32: nearly all of a network is made
  /// of the like, so no network of this processor's does its operations faster.
  public func floor() -> Timing {
    let (n, channels, side) = (32, 128, 32)
    let x = Tensor.full([n, channels, side, side], 0.5, dtype: precision.dtype).channelsLast()
    let weight = Tensor.full([channels, channels, 3, 3], 0.01, dtype: precision.dtype).channelsLast()
    func convolve() { _ = x.conv2d(weight, nil, padding: 1) }
    return withoutGradients {
      let times = (0..<Self.warmupSteps + repeats).map { _ in seconds(of: convolve) }
      return Timing(seconds: Array(times.dropFirst(Self.warmupSteps)), flops: countingFlops(convolve))
    }
  }

  /// The most memory that this process has held so far, in bytes; nil where the system doesn't say.
  public static var peakMemory: Int? { Surroundings.peakMemory }

  /// - Parameter held: whether they are for validation instead of for training.
  func emptyData(pictures: Int, held: Bool) -> PreparedData {
    let all = Array(0..<pictures)
    return PreparedData(
      levels: (0..<pictures * size * size * 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) },
      size: size, labels: all.map { $0 % Self.classes }, classNames: (0..<Self.classes).map { "\($0)" },
      split: Dataset.Split(train: held ? [] : all, validation: held ? all : [], test: []), digest: "")
  }

  func denoiser() -> Denoiser {
    let denoiser = Denoiser(configuration, classes: Self.classes)
    denoiser.initialize(seed: 0)
    return denoiser
  }

  var labels: Tensor { oneHot((0..<batchSize).map { $0 % Self.classes }, classes: Self.classes) }

  /// Of the batch going through the network once.
  func forwardFlops(_ denoiser: Denoiser) -> Int {
    let one = withoutGradients {
      countingFlops {
        _ = denoiser(
          .zeros([1, 3, size, size]), timesteps: Tensor([Int64(0)], shape: [1]), labels: .zeros([1, Self.classes]),
          .evaluation)
      }
    }
    return batchSize * one
  }
}
