import Foundation
import Testing
import Torch

@testable import TorchNN

/// What scripts/golden-training.py had PyTorch and diffusers do.
struct OptimizationGolden: Decodable {
  struct Descent: Decodable {
    var momentum: Double
    var nesterov: Bool
    var weight_decay: Double
    var steps: [[[Double]]]
  }
  struct Clipping: Decodable {
    var greatest: Double
    var norm: Double
    var gradients: [[Double]]
  }
  struct Average: Decodable {
    var decay: Double
    var steps: [[[Double]]]
  }
  struct LearningRates: Decodable {
    var kind: String
    var warmup: Double
    var rates: [Double]
  }

  var sgd: [Descent]
  var clipping: [Clipping]
  var average: [Average]
  var learning_rates: [LearningRates]

  static func read() throws -> OptimizationGolden {
    let folder = Bundle.module.resourceURL ?? URL(fileURLWithPath: ".")
    return try JSONDecoder().decode(
      OptimizationGolden.self, from: Data(contentsOf: folder.appendingPathComponent("Goldens/optimization.json")))
  }
}

/// The script's two parameters.
final class TwoParameters: Module {
  let parameters = [
    Parameter("ramp", shape: [2, 3], .constant(0)), Parameter("half", shape: [4], .constant(0.5)),
  ]

  init() {
    parameters[0].value.assign(Tensor((0..<6).map { -1 + Float($0) * 0.4 }, shape: [2, 3]))
    parameters[1].value.assign(.full([4], 0.5))
  }

  /// The script's `waves`: sin(i·(step + 1)) and sin(i·(step + 1) + 1).
  static func waves(_ step: Int) -> [Tensor] {
    [(6, [2, 3]), (4, [4])].enumerated().map { k, wave in
      Tensor((0..<wave.0).map { sinf(Float($0 * (step + 1) + k)) }, shape: wave.1)
    }
  }

  /// Leaves `gradients` where `backward` leaves them.
  func setGradients(_ gradients: [Tensor]) {
    for (parameter, gradient) in zip(parameters, gradients) {
      parameter.value.clearGrad()
      (parameter.value * gradient).sum().backward()
    }
  }

  func expect(_ values: [[Double]], _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation) {
    expectClose(parameters.map(\.value), values, comment, sourceLocation: sourceLocation)
  }
}

func expectClose(
  _ tensors: [Tensor], _ wanted: [[Double]], _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation
) {
  for (tensor, wanted) in zip(tensors, wanted) {
    let values = tensor.values(as: Double.self)
    #expect(values.count == wanted.count, comment, sourceLocation: sourceLocation)
    let miss = zip(values, wanted).map { abs($0 - $1) }.max() ?? .infinity
    #expect(miss < 1e-6, comment, sourceLocation: sourceLocation)
  }
}
