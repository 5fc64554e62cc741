import Experiments
import Torch
import TorchNN

/// What a step does with its objective: gradients, clipping, the optimizer, the averaged weights.
struct WeightUpdate {
  let optimizer: any Optimizer
  /// Nil where no average is asked for.
  let average: ExponentialMovingAverage?
  private let parameters: [(name: String, parameter: Parameter)]
  private let greatestNorm: Double?

  init(_ parameters: [(name: String, parameter: Parameter)], _ training: TrainingConfiguration) {
    self.parameters = parameters
    greatestNorm = training.gradientClipping
    average = training.emaDecay.map { ExponentialMovingAverage(parameters: parameters, decay: $0) }
    optimizer =
      switch training.optimizer {
      case .adam, .adamw:
        Adam(
          parameters,
          .init(
            betas: (training.betas[0], training.betas[1]), epsilon: training.epsilon,
            weightDecay: training.weightDecay, decoupled: training.optimizer == .adamw))
      case .sgd:
        SGD(
          parameters,
          .init(momentum: training.momentum, nesterov: training.nesterov, weightDecay: training.weightDecay))
      }
  }

  /// - Returns: the gradient's norm before clipping; where it is no finite number, no weight was moved.
  func callAsFunction(_ objective: Tensor, learningRate: Double) -> Double {
    objective.backward()
    let norm = greatestNorm.map { clipGradients(parameters, to: $0) } ?? gradientNorm(parameters)
    guard norm.isFinite else { return norm }
    optimizer.step(learningRate: learningRate)
    optimizer.clearGradients()
    average?.update()
    return norm
  }
}
