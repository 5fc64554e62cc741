import Torch

/// The L2 norm of all gradients together, summed in double precision. A parameter without a gradient adds nothing.
public func gradientNorm(_ parameters: [(name: String, parameter: Parameter)]) -> Double {
  Tensor.norm(of: parameters.compactMap { $0.parameter.value.grad })
}

/// Scales all gradients by one factor, so that their norm is at most `greatest` (Pascanu et al. 2013), with PyTorch's
/// `clip_grad_norm_`: min(1, greatest/(norm + 1e-6)). A norm that is NaN makes every gradient NaN.
/// - Returns: the norm before.
@discardableResult
public func clipGradients(_ parameters: [(name: String, parameter: Parameter)], to greatest: Double) -> Double {
  let gradients = parameters.compactMap { $0.parameter.value.grad }
  let norm = Tensor.norm(of: gradients)
  let factor = greatest / (norm + 1e-6)
  if !(factor >= 1) { Tensor.scale(gradients, by: factor) }
  return norm
}
