import Foundation
import Testing
import Torch

struct AdamStepTests {
  @Test(arguments: ["adam", "adamw"])
  func `ten steps match the PyTorch reference`(kind: String) throws {
    let steps = try JSONDecoder().decode(
      [String: [[[Double]]]].self, from: Data(contentsOf: golden("adam.json")))
    let parameters = [
      Tensor((0..<6).map { -1 + Float($0) * 0.4 }, shape: [2, 3]), Tensor.full([4], 0.5),
    ]
    let first = parameters.map { $0 * 0 }
    let second = parameters.map { $0 * 0 }
    let counts = parameters.map { _ in Tensor.zeros([]) }
    for (step, expected) in try #require(steps[kind]).enumerated() {
      for count in counts { count.assign(count + 1) }
      let gradients = parameters.enumerated().map { k, parameter in
        Tensor((0..<parameter.count).map { sinf(Float($0 * (step + 1) + k)) }, shape: parameter.shape)
      }
      adamStep(
        parameters: parameters, gradients: gradients, firstMoments: first, secondMoments: second, steps: counts,
        learningRate: 1e-2, betas: (0.8, 0.95), weightDecay: 0.1, epsilon: 1e-7, decoupled: kind == "adamw")
      for (parameter, expected) in zip(parameters, expected) {
        for (value, wanted) in zip(parameter.values(as: Double.self), expected) {
          #expect(abs(value - wanted) < 1e-6, "step \(step)")
        }
      }
    }
  }
}
