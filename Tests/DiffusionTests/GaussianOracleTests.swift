import Diffusion
import Formulas
import Foundation
import Testing
import Torch

/// For Gaussian data the exact denoiser is known, E[ε | x_t] = √(1−ᾱ)·(x_t − √ᾱ·μ)/(ᾱ·s² + 1 − ᾱ), and with it every
/// sampler is an affine map of its noise; so the mean and the variance of what it draws are known, without sampling.
struct GaussianOracleTests {
  let schedule = NoiseSchedule()

  func configuration(_ spacing: TimestepSpacing) -> SamplerConfiguration {
    SamplerConfiguration(schedule: schedule, spacing: spacing, clipping: .none)
  }

  /// The mean and variance of what `sampler` draws where the data are N(mean, deviation²).
  func drawn(_ sampler: any Sampler, mean: Double, deviation: Double) -> (mean: Double, variance: Double) {
    // Row 0 meets no noise at all, row 1 starts from 1, row 2 + i meets noise 1 at step i.
    let rows = 2 + sampler.timesteps.count
    func unit(_ row: Int) -> Tensor { Tensor((0..<rows).map { $0 == row ? 1.0 : 0 }, shape: [rows, 1, 1, 1]) }
    let x = sampler.sample(from: unit(1)) {
      unit(2 + $0)
    } network: { x, t in
      let a = Double(schedule.alphasCumulative[t])
      let slope = (1 - a).squareRoot() / (a * deviation * deviation + 1 - a)
      return slope * (x - a.squareRoot() * mean)
    }
    let values = x.values(as: Double.self)
    let variance = values.dropFirst().map { ($0 - values[0]) * ($0 - values[0]) }.reduce(0, +)
    return (values[0], variance)
  }

  @Test(arguments: TimestepSpacing.allCases, [5, 50, 1000])
  func `data that are one point are drawn as that point`(spacing: TimestepSpacing, steps: Int) {
    let samplers: [any Sampler] = [
      DDIM(steps: steps, configuration(spacing)), DDPM(steps: steps, configuration(spacing)),
    ]
    for sampler in samplers {
      let result = drawn(sampler, mean: 0.3, deviation: 0)
      #expect(abs(result.mean - 0.3) < 1e-3 && result.variance < 1e-4, "\(result)")
    }
  }

  @Test(arguments: [2, 10, 100, 1000])
  func `for N(0, 1) DDIM turns by angles, and its variance is the product of their squared cosines`(steps: Int) {
    let sampler = DDIM(steps: steps, configuration(.leading))
    let angles = sampler.timesteps.map { acos(Double(schedule.alphasCumulative[$0]).squareRoot()) } + [0]
    let wanted = zip(angles, angles.dropFirst()).reduce(1.0) { $0 * pow(cos($1.0 - $1.1), 2) }
    let result = drawn(sampler, mean: 0, deviation: 1)
    #expect(abs(result.mean) < 1e-6)
    #expect(abs(result.variance - wanted) < 1e-4 * wanted, "\(result.variance), not \(wanted)")
  }

  @Test(arguments: [2, 10, 100, 1000])
  func `for N(0, 1) DDPM with β as its variance stays at variance 1 until the step that adds none`(steps: Int) {
    let sampler = DDPM(steps: steps, variance: .fixedLarge, configuration(.leading))
    let result = drawn(sampler, mean: 0, deviation: 1)
    let wanted = Double(schedule.alphasCumulative[0])
    #expect(abs(result.variance - wanted) < 2e-4, "\(result.variance), not \(wanted)")
  }

  @Test func `over all timesteps every sampler draws the data's own mean and variance`() {
    let samplers: [any Sampler] = [
      DDIM(steps: 1000, configuration(.leading)), DDIM(steps: 1000, eta: 1, configuration(.leading)),
      DDPM(steps: 1000, configuration(.leading)), DDPM(steps: 1000, variance: .fixedLarge, configuration(.leading)),
    ]
    for sampler in samplers {
      let result = drawn(sampler, mean: -0.4, deviation: 0.5)
      #expect(abs(result.mean + 0.4) < 0.004, "\(sampler.self): \(result)")
      #expect(abs(result.variance - 0.25) < 0.25 * 0.03, "\(sampler.self): \(result)")
    }
  }

  @Test func `η 1 over all timesteps is DDPM`() {
    let x = formulaTensor("x", [2, 3, 4, 4])
    let samplers: [any Sampler] = [
      DDIM(steps: 1000, eta: 1, configuration(.leading)), DDPM(steps: 1000, configuration(.leading)),
    ]
    let drawn = samplers.map { sampler in
      sampler.sample(from: x) {
        formulaTensor("noise \($0)", x.shape)
      } network: { x, _ in
        0.5 * x
      }
    }
    #expect((drawn[0] - drawn[1]).abs().values().max() ?? 1 < 2e-3 * (drawn[0].abs().values().max() ?? 0))
  }
}
