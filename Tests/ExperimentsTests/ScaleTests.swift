import Testing

@testable import Experiments

@Suite struct `Large sweeps` {
  private func text(_ dropouts: Int, _ seeds: Int) -> String {
    """
    name: large
    sweep:
      parameters:
        model.dropout: {values: [\((0..<dropouts).map { String(Double($0) / 1000) }.joined(separator: ", "))]}
        sampling.sampler: {values: [ddpm, ddim]}
        conditioning.warmup.epochs: {values: [4, 6, 8, null, 0]}
      repeats: \(seeds)
    """
  }

  @Test func `of ten thousand runs are planned with their sharing`() throws {
    let plan = try plan(text(100, 10))
    #expect(plan.runs.count == 10_000)
    // Of each of 1,000: one is frozen from the start, and four part after 4, 6 and 8 epochs.
    #expect(plan.stages.count { $0.kind == .train } == 1_000 * (1 + 7))
    #expect(Set(plan.runs.map(\.name)).count == 10_000)
    #expect(Set(plan.runs.map(\.id)).count == 10_000)
    #expect(Set(plan.stages.map(\.hash)).count == plan.stages.count)
  }

  @Test func `of one hundred thousand runs need no cap, and one more does`() throws {
    let hundred = "{values: [\((1...100).map(String.init).joined(separator: ", "))]}"
    let text = "name: q\nsweep: {parameters: {sampling.steps: \(hundred), sampling.seed: \(hundred)}, repeats: "
    #expect(try plan(text + "10}").runs.count == 100_000)
    #expect(try mistake(in: text + "11}")?.contains("the sweep has 110000 runs, above 100000") == true)
  }
}
