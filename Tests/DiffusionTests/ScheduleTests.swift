import Diffusion
import Formulas
import Testing
import Torch

struct ScheduleTests {
  struct Golden: Decodable {
    var schedule: String
    var timesteps: Int
    var zero: Bool
    var betas: [Double]
    var alphas: [Double]
  }

  @Test func `every schedule is diffusers'`() throws {
    let goldens = try decodeGolden("schedules", as: [Golden].self)
    #expect(goldens.count == 24)
    for golden in goldens {
      let schedule = NoiseSchedule(
        timesteps: golden.timesteps, kind: try #require(kinds[golden.schedule]), rescaleZeroSNR: golden.zero)
      for (values, wanted) in [(schedule.betas, golden.betas), (schedule.alphasCumulative, golden.alphas)] {
        #expect(values.count == wanted.count)
        for (t, (value, wanted)) in zip(values, wanted).enumerated() {
          let bound = 1e-6 * abs(wanted) + 1e-9
          #expect(
            abs(Double(value) - wanted) <= bound, "\(golden.schedule) \(golden.timesteps) \(golden.zero) t = \(t)")
        }
      }
    }
  }

  @Test func `ᾱ of the default schedule is what the field knows`() {
    let alphas = NoiseSchedule().alphasCumulative
    let known: [(Int, Float)] = [
      (0, 0.9999), (100, 0.895142), (500, 0.0777967), (900, 0.000270244), (999, 4.03583e-5),
    ]
    for (t, value) in known { #expect(abs(alphas[t] - value) <= 1e-5 * value) }
  }

  @Test func `noise is added, and the velocity is orthogonal to what it is added to`() {
    let schedule = NoiseSchedule()
    let x0 = formulaTensor("x0", [3, 3, 4, 4])
    let noise = formulaTensor("noise", [3, 3, 4, 4])
    let t = [0, 500, 999]
    let xt = schedule.addNoise(x0, noise, at: t)
    let v = schedule.velocity(x0, noise, at: t)
    // √ᾱ·x_t − √(1 − ᾱ)·v = x_0 (Salimans & Ho 2022, appendix D).
    let root = Tensor(t.map { schedule.alphasCumulative[$0].squareRoot() }, shape: [3, 1, 1, 1])
    let rest = Tensor(t.map { (1 - schedule.alphasCumulative[$0]).squareRoot() }, shape: [3, 1, 1, 1])
    let back = (root * xt - rest * v - x0).abs().values().max() ?? .infinity
    #expect(back < 1e-6)
    #expect((xt.narrowed(0, 0..<1) - x0.narrowed(0, 0..<1) * 0.9999.squareRoot()).abs().values().max() ?? 1 < 0.011)
  }
}

let kinds: [String: NoiseSchedule.Kind] = [
  "linear": .linear, "scaled_linear": .scaledLinear, "squaredcos_cap_v2": .squaredCosine, "sigmoid": .sigmoid,
]
