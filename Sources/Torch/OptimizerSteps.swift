import CTorch

/// One fused step of Adam or AdamW over many parameters, in place.
/// - Parameters:
///   - steps: float32 scalars, one a parameter: the steps done, which this one is added to.
///   - decoupled: AdamW's weight decay (Loshchilov & Hutter 2019), instead of L2 added to the gradient.
public func adamStep(
  parameters: [Tensor], gradients: [Tensor], firstMoments: [Tensor], secondMoments: [Tensor], steps: [Tensor],
  learningRate: Double, betas: (Double, Double), weightDecay: Double, epsilon: Double, decoupled: Bool
) {
  withHandles(parameters, gradients, firstMoments, secondMoments, steps) { handles in
    trapping("adamStep", []) {
      ctorch_adam_step(
        handles[0], handles[1], handles[2], handles[3], handles[4], parameters.count, learningRate, betas.0, betas.1,
        weightDecay, epsilon, decoupled, &$0)
    }
  }
}

/// One fused step of stochastic gradient descent over many parameters, in place.
/// - Parameter buffers: the momentum of each parameter, zeros at first; not looked at where `momentum` is 0.
public func sgdStep(
  parameters: [Tensor], gradients: [Tensor], buffers: [Tensor], learningRate: Double, momentum: Double,
  nesterov: Bool, weightDecay: Double
) {
  withHandles(parameters, gradients, buffers) { handles in
    trapping("sgdStep", []) {
      ctorch_sgd_step(
        handles[0], handles[1], handles[2], parameters.count, learningRate, momentum, nesterov, weightDecay, &$0)
    }
  }
}
