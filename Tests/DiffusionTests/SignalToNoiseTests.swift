import Diffusion
import Testing

struct SignalToNoiseTests {
  struct Golden: Decodable {
    var schedule: String
    var timesteps: [Int]
    var snr: [Double]
    var epsilon: [Double]
    var sample: [Double]
    var velocity: [Double]
  }

  @Test func `ratios and min-SNR weights are those of diffusers' training scripts`() throws {
    let goldens = try decodeGolden("min-snr", as: [Golden].self)
    #expect(goldens.count == 2)
    for golden in goldens {
      let schedule = NoiseSchedule(kind: golden.schedule == "linear" ? .linear : .squaredCosine)
      func expect(_ values: [Double], _ wanted: [Double], _ comment: Comment) {
        #expect(zip(values, wanted).allSatisfy { abs($0 / $1 - 1) < 1e-6 }, comment)
      }
      expect(golden.timesteps.map { schedule.snr(at: $0) }, golden.snr, "snr")
      for (prediction, wanted) in [
        (Prediction.epsilon, golden.epsilon), (.sample, golden.sample), (.velocity, golden.velocity),
      ] {
        expect(schedule.minSNRWeights(at: golden.timesteps, gamma: 5, prediction), wanted, "\(prediction)")
      }
    }
  }

  @Test func `where no signal is left, the weights are their limits`() {
    let schedule = NoiseSchedule(rescaleZeroSNR: true)
    let last = [schedule.timesteps - 1]
    #expect(schedule.snr(at: last[0]) == 0)
    #expect(schedule.minSNRWeights(at: last, gamma: 5, .epsilon) == [1])
    #expect(schedule.minSNRWeights(at: last, gamma: 5, .sample) == [0])
    #expect(schedule.minSNRWeights(at: last, gamma: 5, .velocity) == [0])
  }
}
