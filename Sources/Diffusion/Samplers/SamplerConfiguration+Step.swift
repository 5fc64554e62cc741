import Torch

extension SamplerConfiguration {
  /// x after `step`. Shapes: all [n, c, h, w].
  func take(_ step: SamplerStep, _ output: Tensor, x: Tensor, noise: Tensor?) -> Tensor {
    let kind: SamplerStep.Prediction =
      switch prediction {
      case .epsilon: .epsilon
      case .sample: .sample
      case .velocity: .velocity
      }
    let isSingle = [output, x, noise].allSatisfy { $0?.dtype ?? .float32 == .float32 }
    switch clipping {
    case .none where isSingle: return step(output, kind, x: x, noise: noise)
    case .range(let range) where isSingle: return step(output, kind, x: x, range: Float(range), noise: noise)
    // Dynamic thresholding knows its range only when x_0 is there.
    default: return takeByOperators(step, output, x: x, noise: noise)
    }
  }

  /// The same, operator by operator.
  func takeByOperators(_ step: SamplerStep, _ output: Tensor, x: Tensor, noise: Tensor?) -> Tensor {
    let (signal, sigma) = (Double(step.signal), Double(step.sigma))
    let (resolved, epsilon) = prediction.resolve(output, x: x, signal: signal, sigma: sigma)
    let x0 = clipping(resolved)
    let direction =
      switch step.direction {
      case .x: x
      case .epsilon: epsilon
      case .clippedEpsilon: (x - signal * x0) / sigma
      }
    let next = Double(step.x0Weight) * x0 + Double(step.directionWeight) * direction
    return noise.map { next + Double(step.noiseWeight) * $0 } ?? next
  }
}
