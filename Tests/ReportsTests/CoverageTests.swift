import Foundation
import Testing

@testable import Reports

/// Of differences whose truth is known: how often intervals hold it, and how often verdicts are wrong.
///
/// `DARKROOM_COVERAGE=N` takes N simulated comparisons of each design and prints the rates; `scripts/check-compare` does.
@Suite struct CoverageTests {
  /// One way in which runs may come about.
  struct Design: CustomStringConvertible {
    var name = ""
    /// Groups besides the baseline.
    var comparisons: Int
    var seeds: Int
    /// How many groups were measured of one training.
    var samplers = 1
    /// Standard deviations: of seeds, of trainings within a seed, of what is left.
    var seedDeviation = 2.0
    var trainingDeviation = 0.0
    var deviation = 1.0
    /// The share of cells that are missing.
    var missing = 0.0
    /// How much more the last group spreads than the others.
    var unequal = 1.0
    var usesBootstrap = false

    var description: String { "\(comparisons) comparisons, \(seeds) seeds\(name)" }
  }

  struct Rates {
    var all = 0
    var holding = 0
    var wrong = 0
    /// Of single intervals, and of verdicts by kind.
    var intervals = 0
    var intervalsHolding = 0
    var decided: [Difference.Verdict: (count: Int, wrong: Int)] = [:]
  }

  static let delta = 1.5

  static var designs: [Design] {
    var designs = [2, 3, 5, 8].flatMap { groups in
      [3, 5, 10].map { Design(comparisons: groups - 1, seeds: $0) }
    }
    for seeds in [3, 5, 10] {
      designs.append(
        Design(
          name: ", 2 trainings a seed under 3 samplers", comparisons: 5, seeds: seeds, samplers: 3, trainingDeviation: 2
        ))
      designs.append(Design(name: ", one cell in ten missing", comparisons: 4, seeds: seeds, missing: 0.1))
      designs.append(Design(name: ", one group spreads 30 times as far", comparisons: 4, seeds: seeds, unequal: 30))
    }
    designs.append(Design(name: ", bootstrap", comparisons: 3, seeds: 10, usesBootstrap: true))
    designs.append(Design(name: ", bootstrap", comparisons: 3, seeds: 20, usesBootstrap: true))
    return designs
  }

  private static var count: Int? { ProcessInfo.processInfo.environment["DARKROOM_COVERAGE"].flatMap(Int.init) }

  @Test func `95 % intervals hold the truth in 95 %, and verdicts are wrong no oftener than that`() throws {
    guard Self.count == nil else { return try report() }
    for design in [
      Design(comparisons: 1, seeds: 3), Design(comparisons: 4, seeds: 3), Design(comparisons: 3, seeds: 5),
    ] {
      let rates = try simulate(design, count: 300)
      // Three standard errors of a rate over 300 are 3.8 %.
      #expect(abs(Double(rates.holding) / Double(rates.all) - 0.95) < 0.038, "\(design)")
      #expect(Double(rates.wrong) / Double(rates.all) < 0.09, "\(design)")
    }
  }

  private func report() throws {
    print("all at once: how often every interval of a comparison holds its truth; single: of one interval")
    print(
      "wrong: how often any verdict of a comparison is wrong; then of each verdict, how often it was given and wrong")
    for design in Self.designs {
      let rates = try simulate(design, count: Self.count ?? 0)
      func percent(_ part: Int, _ whole: Int) -> String {
        String(format: "%6.2f %%", 100 * Double(part) / Double(max(1, whole)))
      }
      let verdicts = [Difference.Verdict.better, .worse, .same].map { verdict in
        let (count, wrong) = rates.decided[verdict] ?? (0, 0)
        return "\(verdict.rawValue) \(percent(count, rates.intervals)), wrong \(percent(wrong, rates.intervals))"
      }
      print(
        "all at once \(percent(rates.holding, rates.all)), single \(percent(rates.intervalsHolding, rates.intervals)), "
          + "wrong \(percent(rates.wrong, rates.all)); \(verdicts.joined(separator: "; "))  \(design)")
      let slack = 0.015
      let holds = Double(rates.holding) / Double(rates.all)
      // Where groups are not alike, the intervals may be wider than they need be.
      let mayBeWide = design.unequal != 1 || design.missing > 0
      #expect(holds > 0.95 - slack && (mayBeWide || holds < 0.95 + slack), "\(design): \(holds)")
      #expect(Double(rates.wrong) / Double(rates.all) <= 0.05 + slack, "\(design)")
    }
  }

  /// Truths between −3 and 3 deviations, some 0, so that all verdicts come about.
  private func simulate(_ design: Design, count: Int) throws -> Rates {
    var normal = Normal(seed: UInt64(design.comparisons * 1000 + design.seeds))
    var rates = Rates()
    let groups = design.comparisons + 1
    for _ in 0..<count {
      let truths = (0..<groups).map { group in group == 0 || group % 3 == 2 ? 0 : normal.uniform() * 6 - 3 }
      var cells = Array(repeating: [Int: SeedMeans.Cell](), count: groups)
      for seed in 0..<design.seeds {
        let block = design.seedDeviation * normal.next()
        let trainings = (0...(groups / design.samplers)).map { _ in design.trainingDeviation * normal.next() }
        for group in 0..<groups where group == 0 || normal.uniform() >= design.missing {
          let training = group / design.samplers
          let spread = design.deviation * (group == groups - 1 ? design.unequal : 1)
          let value = truths[group] + block + trainings[training] + spread * normal.next()
          cells[group][seed] = .init(
            mean: value, stages: ["\(group) \(seed)"], trainings: ["\(training) \(seed)"])
        }
      }
      let result = try MetricDifferences(
        cells.map(SeedMeans.init(cells:)), bases: Array(repeating: 0, count: groups), direction: .lowerIsBetter,
        delta: { _ in Self.delta }, bootstrap: design.usesBootstrap ? Bootstrap() : nil)
      add(result, truths, to: &rates)
    }
    return rates
  }

  private func add(_ result: MetricDifferences, _ truths: [Double], to rates: inout Rates) {
    var holds = true
    var isWrong = false
    for (group, truth) in truths.enumerated().dropFirst() {
      guard let difference = result.differences[group], let interval = difference.interval else { continue }
      rates.intervals += 1
      if interval.contains(truth) { rates.intervalsHolding += 1 } else { holds = false }
      let isRight =
        switch difference.verdict {
        case .better: truth < 0
        case .worse: truth > 0
        case .same: abs(truth) <= Self.delta
        case .undecided: true
        }
      let known = rates.decided[difference.verdict] ?? (0, 0)
      rates.decided[difference.verdict] = (known.count + 1, known.wrong + (isRight ? 0 : 1))
      if !isRight { isWrong = true }
    }
    rates.all += 1
    if holds { rates.holding += 1 }
    if isWrong { rates.wrong += 1 }
  }
}

/// Normal numbers that are the same every time: SplitMix64 (Steele et al. 2014), and Box and Muller's transform.
private struct Normal {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return (Double((bits ^ (bits >> 31)) >> 11) + 0.5) / Double(1 << 53)
  }

  mutating func next() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
  }
}
