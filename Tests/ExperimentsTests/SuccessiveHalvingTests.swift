import Testing

@testable import Experiments

@Suite struct `Successive halving` {
  private func standings(
    _ losses: [[Double]], going: Set<Int> = [], open: Set<Int> = [], failed: Set<Int> = [], rungs: Int = 2
  ) -> [SuccessiveHalving.Standing] {
    losses.enumerated().map { index, losses in
      .init(
        losses: losses, restsAt: going.contains(index) || losses.count > rungs ? nil : losses.count - 1, rungs: rungs,
        isOpen: open.contains(index), hasFailed: failed.contains(index))
    }
  }

  private let halving = SuccessiveHalving(eta: 3, isStrict: false)

  @Test func `promotes the best third as soon as there is one, those furthest on first`() {
    #expect(halving.promotion(among: standings([[3], [1]]), isClosing: false) == nil)
    #expect(halving.promotion(among: standings([[3], [1], [2]]), isClosing: false) == 1)
    // It is on its way; of three no other goes on.
    #expect(halving.promotion(among: standings([[3], [1], [2]], going: [1]), isClosing: false) == nil)
    let six = [[3], [1, 5], [2, 4], [4], [9], [8, 6], [7], [6], [0.5]]
    // Of nine at the first rung three go on, and the newest is the best; but of three at the second the best goes first.
    #expect(halving.promotion(among: standings(six), isClosing: false) == 2)
    #expect(halving.promotion(among: standings(six, going: [2]), isClosing: false) == 8)
  }

  @Test func `takes the best of each rung on where nothing else comes`() {
    #expect(halving.promotion(among: standings([[3], [1]]), isClosing: true) == 1)
    #expect(halving.promotion(among: standings([[3], [1, 2]]), isClosing: true) == 1)
    #expect(halving.promotion(among: standings([[3], [1, 2]], going: [1]), isClosing: true) == nil)
    #expect(halving.promotion(among: [], isClosing: true) == nil)
    // While one is under way, it may yet be better.
    #expect(halving.promotion(among: standings([[3], [1], []], open: [2]), isClosing: true) == nil)
  }

  @Test func `takes another on in the place of the best that failed further on`() {
    let three = standings([[3], [1], [2]], going: [1], failed: [1])
    #expect(halving.promotion(among: three, isClosing: false) == nil)
    #expect(halving.promotion(among: three, isClosing: true) == 2)
  }

  @Test func `in step waits for all`() {
    let strict = SuccessiveHalving(eta: 3, isStrict: true)
    let three = standings([[3], [1], [2]])
    #expect(strict.promotion(among: three, isClosing: false) == nil)
    #expect(strict.promotion(among: three, isClosing: true) == 1)
    // Those that go on needn't wait for each other, only for those below.
    let many = [[3.0], [1], [2], [4], [9], [8]]
    #expect(strict.promotion(among: standings(many, going: [1], open: [1]), isClosing: true) == 2)
    #expect(strict.promotion(among: standings(many + [[]], open: [6]), isClosing: true) == nil)
    #expect(
      strict.promotion(
        among: standings([[3], [1, 5], [2], [4, 7], [9], [8]], going: [3], open: [3]), isClosing: true) == 2)
    // The lower rung before the upper one.
    let six = standings([[3], [1, 5], [2], [4], [9], [8]])
    #expect(strict.promotion(among: six, isClosing: true) == 2)
  }

  @Test func `puts what diverged last, and of equals the earlier first`() {
    #expect(SuccessiveHalving.ranking(at: 0, standings([[.nan], [1], [.infinity], [1], []])) == [1, 3, 0, 2])
  }

  @Test func `judges where W&B's keys say`() {
    func rungs(_ rungs: EarlyTermination.Rungs, eta: Int, of epochs: Int) -> [Int] {
      EarlyTermination(rungs: rungs, eta: eta, isStrict: false).rungs(of: epochs)
    }
    // The examples of W&B's documentation: [3, 6, 12, 24] and [9, 3].
    #expect(rungs(.from(3), eta: 2, of: 30) == [3, 6, 12, 24])
    #expect(rungs(.below(greatest: 27, count: 2), eta: 3, of: 30) == [3, 9])
    #expect(rungs(.from(3), eta: 3, of: 9) == [3])
    #expect(rungs(.from(3), eta: 3, of: 3) == [])
    #expect(rungs(.below(greatest: 10, count: 9), eta: 2, of: 4) == [1, 2])
  }
}
