import Diffusion
import Formulas
import Testing
import Torch

/// What every sampler must keep.
struct SamplerContractTests {
  static let samplers: [@Sendable (Int, SamplerConfiguration) -> any Sampler] = [
    { DDIM(steps: $0, $1) }, { DDIM(steps: $0, eta: 1, $1) }, { DDPM(steps: $0, $1) },
    { DDPM(steps: $0, variance: .fixedLarge, $1) },
  ]

  @Test(arguments: 0..<4, TimestepSpacing.allCases)
  func `timesteps descend within the schedule, as many as steps`(index: Int, spacing: TimestepSpacing) {
    for (T, S) in [(1000, 1), (1000, 10), (1000, 333), (1000, 1000), (7, 3), (200, 200)] {
      let sampler = Self.samplers[index](S, .init(schedule: NoiseSchedule(timesteps: T), spacing: spacing))
      #expect(sampler.timesteps.count == S)
      #expect(zip(sampler.timesteps, sampler.timesteps.dropFirst()).allSatisfy { $0 > $1 })
      #expect(sampler.timesteps.allSatisfy { (0..<T).contains($0) })
    }
  }

  @Test(arguments: 0..<4)
  func `a network that knows x_0 leads to it, through every kind of prediction`(index: Int) {
    let schedule = NoiseSchedule()
    let x0 = formulaTensor("x0", [2, 3, 4, 4], scale: 0.9)
    for prediction in Prediction.allCases {
      let sampler = Self.samplers[index](100, .init(schedule: schedule, prediction: prediction))
      let drawn = sampler.sample(from: formulaTensor("x", x0.shape)) {
        formulaTensor("z\($0)", x0.shape)
      } network: { x, t in
        let a = Double(schedule.alphasCumulative[t])
        let epsilon = (x - a.squareRoot() * x0) / (1 - a).squareRoot()
        return switch prediction {
        case .epsilon: epsilon
        case .sample: x0
        case .velocity: schedule.velocity(x0, epsilon, at: [t, t])
        }
      }
      #expect((drawn - x0).abs().values().max() ?? 1 < 0.02, "\(prediction)")
    }
  }

  @Test func `noise is asked for only where a step adds some`() {
    let configuration = SamplerConfiguration(schedule: NoiseSchedule())
    #expect((0..<10).allSatisfy { !DDIM(steps: 10, configuration).needsNoise(at: $0) })
    #expect((0..<10).allSatisfy { DDIM(steps: 10, eta: 0.1, configuration).needsNoise(at: $0) })
    let ddpm = DDPM(steps: 10, configuration)
    #expect((0..<10).map(ddpm.needsNoise) == [Bool](repeating: true, count: 9) + [false])
  }

  @Test func `pictures are rounded to 8 bits, and clamped`() {
    let x = Tensor([-1, 1, 0, 2, -3, 1 / 255, 0.5, -0.5] as [Float], shape: [1, 2, 2, 2])
    #expect(x.pictureBytes() == [0, 0, 255, 128, 128, 191, 255, 64])
  }
}
