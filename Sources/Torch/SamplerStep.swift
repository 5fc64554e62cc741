import CTorch

/// A sampler's step from x = signal·x_0 + sigma·ε to x0Weight·x_0 + directionWeight·direction + noiseWeight·noise.
public struct SamplerStep: Equatable, Sendable {
  /// What a network's output is: ε, x_0, or v = signal·ε − sigma·x_0.
  public enum Prediction: Sendable { case epsilon, sample, velocity }
  /// What is added to x_0.
  public enum Direction: Sendable {
    case x, epsilon
    /// ε as it follows from the clamped x_0.
    case clippedEpsilon
  }

  public var signal: Float
  public var sigma: Float
  public var direction: Direction
  public var x0Weight: Float
  public var directionWeight: Float
  public var noiseWeight: Float

  public init(
    signal: Float, sigma: Float, direction: Direction, x0Weight: Float, directionWeight: Float, noiseWeight: Float
  ) {
    self.signal = signal
    self.sigma = sigma
    self.direction = direction
    self.x0Weight = x0Weight
    self.directionWeight = directionWeight
    self.noiseWeight = noiseWeight
  }

  /// In one pass, with each operation rounded by itself. Shapes: all equal; types: float32.
  /// - Parameters:
  ///   - output: the network's, whose memory layout the result has.
  ///   - range: x_0 is clamped to ±range.
  ///   - noise: nil: none is added.
  public func callAsFunction(
    _ output: Tensor, _ prediction: Prediction, x: Tensor, range: Float = .infinity, noise: Tensor?
  ) -> Tensor {
    let predictionCode =
      switch prediction {
      case .epsilon: CTORCH_EPSILON
      case .sample: CTORCH_SAMPLE
      case .velocity: CTORCH_VELOCITY
      }
    let directionCode =
      switch direction {
      case .x: CTORCH_ALONG_X
      case .epsilon: CTORCH_ALONG_EPSILON
      case .clippedEpsilon: CTORCH_ALONG_CLIPPED_EPSILON
      }
    return Tensor(
      handle: trapping("samplerStep", [output, x, noise].compactMap(\.self)) {
        ctorch_sampler_step(
          output.handle, x.handle, noise?.handle, predictionCode, directionCode, Double(signal), Double(sigma),
          Double(range), Double(x0Weight), Double(directionWeight), Double(noiseWeight), &$0)
      })
  }
}
