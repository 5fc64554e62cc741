/// Where a training's memory goes at its fullest moment, in bytes.
public struct MemoryAnatomy {
  public let weights: Int
  public let gradients: Int
  public let optimizer: Int
  /// Averaged weights.
  public let average: Int
  /// What a step takes beyond all these.
  public let activations: Int
  /// What lies between tensors, and oneDNN's compiled kernels.
  public let allocator: Int
  /// The data's.
  public let pictures: Int
  /// The process before any training: libtorch, mostly.
  public let runtime: Int

  /// - Parameter step: the most that tensors take within a step, gradients included.
  init(weights: Int, optimizer: Int, average: Int, step: Int, pictures: Int, runtime: Int) {
    (self.weights, self.optimizer, self.average) = (weights, optimizer, average)
    (self.pictures, self.runtime) = (pictures, runtime)
    gradients = weights
    activations = max(0, step - gradients)
    allocator = Self.kernels + Int(Double(step) * Self.gaps)
  }

  // Seen over five trainings of three networks (docs/log.md): a step's tensors take 22 % more of the process than their
  // bytes, and 35 MB come on top, within 3 % of the whole each time.
  private static let gaps = 0.22
  private static let kernels = 35_000_000

  public var peak: Int { weights + gradients + optimizer + average + activations + allocator + pictures + runtime }
}
