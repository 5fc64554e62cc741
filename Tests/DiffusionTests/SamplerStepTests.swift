import Formulas
import Testing
import Torch

@testable import Diffusion

/// The oracle is the same step, operator by operator.
struct SamplerStepTests {
  @Test(arguments: Prediction.allCases, [SamplerStep.Direction.x, .epsilon, .clippedEpsilon])
  func `a step in one pass has every bit of the operators'`(
    prediction: Prediction, direction: SamplerStep.Direction
  ) {
    for (clipping, hasNoise) in [(Clipping.none, true), (.range(1), false), (.range(0.3), true)] {
      let configuration = SamplerConfiguration(schedule: NoiseSchedule(), prediction: prediction, clipping: clipping)
      // In 0…1.
      let draws = formulaTensor("\(prediction) \(direction) \(clipping)", [8]).values().map { ($0 + 1) / 2 }
      let shape = draws[0..<4].map { 1 + Int($0 * 8) }
      let alphaBar = configuration.schedule.alphasCumulative[Int(draws[4] * 999)]
      let step = SamplerStep(
        signal: alphaBar.squareRoot(), sigma: (1 - alphaBar).squareRoot(), direction: direction,
        x0Weight: draws[5], directionWeight: draws[6], noiseWeight: draws[7])
      let (output, x) = (formulaTensor("output", shape, scale: 2), formulaTensor("x", shape, scale: 2))
      let noise = hasNoise ? formulaTensor("noise", shape, scale: 2) : nil
      let plain = configuration.takeByOperators(step, output, x: x, noise: noise)
      for given in [output, output.channelsLast()] {
        let taken = configuration.take(step, given, x: x, noise: noise)
        #expect(taken.shape == shape && taken.isChannelsLast == given.isChannelsLast)
        #expect(taken.values().map(\.bitPattern) == plain.values().map(\.bitPattern), "\(shape) \(step)")
      }
    }
  }

  @Test func `a number that is none stays visible`() {
    let configuration = SamplerConfiguration(schedule: NoiseSchedule())
    let step = SamplerStep(
      signal: 0.8, sigma: 0.6, direction: .epsilon, x0Weight: 1, directionWeight: 0, noiseWeight: 0)
    let x = Tensor.full([1, 1, 2, 2], .nan)
    #expect(configuration.take(step, x, x: x, noise: nil).values().allSatisfy { $0.isNaN })
  }

  @Test func `one timestep for all pictures gives what one for each gives`() {
    let network = UNet2DConditionModel(
      .init(blockOutChannels: [8, 16], layersPerBlock: 1, heads: [2, 2], crossAttentionDim: 12, normGroups: 4))
    network.fillByFormula()
    let (x, context) = (formulaTensor("x", [3, 3, 8, 8]), formulaTensor("context", [3, 1, 12]))
    func output(_ timesteps: [Int64], mixed: Bool) -> [Float] {
      let t = Tensor(timesteps, shape: [timesteps.count])
      return withoutGradients {
        withAutocast(mixed ? .bfloat16 : .float32) { network(x, timesteps: t, context: context) }
      }
      .values()
    }
    for mixed in [false, true] {
      let (shared, each) = (output([300], mixed: mixed), output([300, 300, 300], mixed: mixed))
      let bound: Float = mixed ? 0.03 : 1e-5
      #expect(shared.count == each.count && zip(shared, each).allSatisfy { abs($0 - $1) <= bound })
      #expect(output([900], mixed: mixed) != shared)
    }
  }
}
