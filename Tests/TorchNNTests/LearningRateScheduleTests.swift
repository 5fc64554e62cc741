import Testing
import TorchNN

struct LearningRateScheduleTests {
  static let kinds: [String: LearningRateSchedule.Kind] = [
    "constant_with_warmup": .constant, "linear": .linear(final: 0), "cosine": .cosine(final: 0),
    "step": .step(epochs: 3, factor: 0.2), "cosine to final": .cosine(final: 0.25),
    "linear to final": .linear(final: 0.25),
  ]

  @Test func `every step's rate is that of diffusers' and PyTorch's schedulers`() throws {
    let goldens = try OptimizationGolden.read().learning_rates
    #expect(Set(goldens.map(\.kind)) == Set(Self.kinds.keys))
    for golden in goldens {
      let schedule = LearningRateSchedule(try #require(Self.kinds[golden.kind]), warmupEpochs: golden.warmup)
      for (step, wanted) in golden.rates.enumerated() {
        let progress = Double(step / 5) + Double(step % 5) / 5
        let rate = schedule.rate(base: 2e-3, progress: progress, totalEpochs: 7)
        #expect(abs(rate - wanted) < 1e-12, "\(golden.kind), step \(step)")
      }
    }
  }

  @Test func `a warm-up rises from 0 under every kind`() {
    for kind in Self.kinds.values {
      let schedule = LearningRateSchedule(kind, warmupEpochs: 2)
      let rates = stride(from: 0.0, to: 2, by: 0.25).map { schedule.rate(base: 8, progress: $0, totalEpochs: 10) }
      #expect(rates == [0, 1, 2, 3, 4, 5, 6, 7])
    }
  }

  @Test func `a training that is all warm-up has a rate at every step`() {
    for kind in Self.kinds.values {
      let schedule = LearningRateSchedule(kind, warmupEpochs: 4)
      #expect(schedule.rate(base: 1, progress: 1, totalEpochs: 2) == 0.25)
      #expect(schedule.rate(base: 1, progress: 3.5, totalEpochs: 4).isFinite)
    }
  }
}
