public import Experiments
import Torch
import TorchNN

/// What a training is made of, found out by a few small steps of it: parameters, memory, floating-point operations and
/// time.
public struct TrainingAnatomy {
  /// Numbers that can be learnt, by part (`unet`, `label`) and, within the network, by block (`unet.mid_block`).
  public let parameters: [(part: String, count: Int)]
  public let memory: MemoryAnatomy
  /// Of one picture going through the network once.
  public let forwardFlops: Int
  /// Seconds a picture: of a training step, and of a pass without gradients.
  public let trainingSeconds: Double
  public let forwardSeconds: Double
  /// How often each validation picture goes through the network after an epoch.
  public let validationPasses: Int

  /// How often a training step does the operations of a forward pass: once forwards, and once for the gradient of each
  /// product with respect to each of its factors.
  public static let passesPerStep = 3

  /// The process as it was before the first training.
  private static let runtime = residentBytes()

  /// - Parameters:
  ///   - classes: of the data.
  ///   - pictures: how many of them lie in memory.
  public init(_ configuration: Configuration, classes: Int, pictures: Int = 0) {
    Runtime.threads = configuration.training.threads
    let runtime = Self.runtime
    let probe = TrainingProbe(configuration, classes: classes)
    let batch = configuration.training.batchSize
    // Enough for the operators to take the ways that they take with more, and few enough to be soon done.
    let few = 2
    let small = probe.step(pictures: few)
    let many = small.seconds < 5 ? 8 : 4
    let large = probe.step(pictures: many)
    let (smallPass, largePass) = (probe.forward(pictures: few), probe.forward(pictures: many))
    // The first of a size compiles kernels for it, and whatever else the machine does only makes them slower.
    let stepSeconds = min(large.seconds, probe.step(pictures: many).seconds)
    let passSeconds = min(largePass.seconds, probe.forward(pictures: many).seconds)
    let update = probe.updateSeconds()

    parameters = probe.parameters
    validationPasses = Validation.draws * (configuration.training.emaDecay == nil ? 1 : 2)
    forwardFlops = largePass.flops / many
    trainingSeconds = max(0, stepSeconds - update) / Double(many) + update / Double(batch)
    forwardSeconds = passSeconds / Double(many)
    func linear(_ low: Int, _ high: Int, at pictures: Int) -> Int {
      low + (high - low) * (pictures - few) / (many - few)
    }
    // At its fullest a step holds either what its forward pass leaves for the way back, which grows with the pictures,
    // or the gradients, which don't.
    let step = max(
      linear(small.forwardPeak, large.forwardPeak, at: batch),
      min(large.peak, linear(small.peak, large.peak, at: batch)))
    let pass = linear(smallPass.peak, largePass.peak, at: Validation.batchSize)
    memory = MemoryAnatomy(
      weights: probe.weights, optimizer: probe.optimizer, average: probe.average, step: max(step, pass),
      pictures: pictures * 3 * configuration.data.size * configuration.data.size, runtime: runtime)
  }
}
