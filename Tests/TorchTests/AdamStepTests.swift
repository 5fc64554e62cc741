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

  /// Kingma & Ba 2015, algorithm 1, and Loshchilov & Hutter 2019, algorithm 2, operator by operator in float64.
  @Test(arguments: [false, true]) func `on random shapes it is the plain composition`(decoupled: Bool) {
    let (rate, decay, epsilon, beta1, beta2) = (0.02, 0.1, 1e-6, 0.8, 0.95)
    for seed in 1...6 as ClosedRange<UInt64> {
      var draw = Draws(seed: seed)
      let shapes = (0...draw(0...5)).map { _ in (0...draw(0...3)).map { _ in draw(1...20) } }
      let parameters = shapes.enumerated().map { noise($1, seed: seed + UInt64($0)) }
      let first = parameters.map { $0.zerosAlike() }, second = parameters.map { $0.zerosAlike() }
      let counts = parameters.map { _ in Tensor.zeros([]) }
      var exact = parameters.map { (p: $0.to(.float64), m: $0.to(.float64) * 0, v: $0.to(.float64) * 0) }
      for t in 1...3 {
        let gradients = shapes.enumerated().map { noise($1, seed: 100 * UInt64(t) + UInt64($0)) }
        adamStep(
          parameters: parameters, gradients: gradients, firstMoments: first, secondMoments: second, steps: counts,
          learningRate: rate, betas: (beta1, beta2), weightDecay: decay, epsilon: epsilon, decoupled: decoupled)
        for i in shapes.indices {
          var (p, m, v) = exact[i]
          let g = gradients[i].to(.float64) + p * (decoupled ? 0 : decay)
          if decoupled { p = p * (1 - rate * decay) }
          m = m * beta1 + g * (1 - beta1)
          v = v * beta2 + g * g * (1 - beta2)
          let corrected = (v / (1 - pow(beta2, Double(t)))).squareRoot() + epsilon
          exact[i] = (p - m * (rate / (1 - pow(beta1, Double(t)))) / corrected, m, v)
        }
      }
      for (i, (p, m, v)) in exact.enumerated() {
        for (ours, exact) in [(parameters[i], p), (first[i], m), (second[i], v)] {
          #expect(distance(ours.values(as: Double.self), from: exact.values(as: Double.self)) < 1e-5, "\(shapes[i])")
        }
      }
    }
  }

  @Test func `what memory looks like has no say, nor have the threads`() {
    let before = Runtime.threads
    defer { Runtime.threads = before }
    let shapes = [[3, 5, 3, 3], [7], [64, 128, 3, 3], [64, 128, 1, 1], [1]]
    func trained(isChannelsLast: Bool, threads: Int) -> [[Float]] {
      Runtime.threads = threads
      func tensors(_ scale: Float) -> [Tensor] {
        shapes.map { shape in
          let values = (0..<shape.reduce(1, *)).map { sinf(Float($0)) * scale }
          let tensor = Tensor(values, shape: shape)
          return isChannelsLast && shape.count == 4 ? tensor.channelsLast() : tensor
        }
      }
      let (parameters, gradients) = (tensors(1), tensors(0.1))
      let (first, second) = (parameters.map { $0.zerosAlike() }, parameters.map { $0.zerosAlike() })
      let steps = parameters.map { _ in Tensor.zeros([]) }
      for _ in 0..<3 {
        adamStep(
          parameters: parameters, gradients: gradients, firstMoments: first, secondMoments: second, steps: steps,
          learningRate: 1e-2, betas: (0.9, 0.99), weightDecay: 0.1, epsilon: 1e-8, decoupled: true)
      }
      #expect(steps.allSatisfy { $0.values() == [3] })
      return (parameters + first + second).map { $0.values() }
    }
    let plain = trained(isChannelsLast: false, threads: 1)
    #expect(trained(isChannelsLast: true, threads: 1) == plain)
    #expect(trained(isChannelsLast: true, threads: 3) == plain)
  }

  @Test func `a gradient that lies otherwise in memory than its parameter traps`() async {
    await #expect(processExitsWith: .failure) {
      let parameter = Tensor.zeros([2, 3, 4, 4])
      let gradient = parameter.channelsLast()
      adamStep(
        parameters: [parameter], gradients: [gradient], firstMoments: [parameter.zerosAlike()],
        secondMoments: [parameter.zerosAlike()], steps: [.zeros([])], learningRate: 1, betas: (0, 0), weightDecay: 0,
        epsilon: 1, decoupled: false)
    }
  }
}
