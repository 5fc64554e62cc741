import Testing

@testable import Datasets
@testable import Experiments

@Suite struct EpochOrderTests {
  /// S1's counts, a hundredth of them.
  static let counts = [80, 324, 60, 350, 80]
  static let labels = counts.enumerated().flatMap { label, count in [Int](repeating: label, count: count) }

  private func order(_ balance: DataConfiguration.Balance, seed: Int = 7) -> EpochOrder {
    EpochOrder(
      pictures: Array(Self.labels.indices), labels: Self.labels, classCount: 5, balance: balance, batchSize: 128,
      seed: seed)
  }

  @Test func `without balance an epoch is each picture once, in another order each epoch`() {
    let order = order(.none)
    #expect(order.indices(epoch: 0).sorted() == Array(Self.labels.indices))
    #expect(order.indices(epoch: 0) == order.indices(epoch: 0))
    #expect(order.indices(epoch: 0) != order.indices(epoch: 1))
    #expect(order.indices(epoch: 0) != self.order(.none, seed: 8).indices(epoch: 0))
  }

  @Test(arguments: [
    // The shares that the tutorial's weights come to, and a fifth each.
    (DataConfiguration.Balance.oneMinusFrequency, [0.117, 0.333, 0.090, 0.343, 0.117]),
    (.inverseFrequency, [0.2, 0.2, 0.2, 0.2, 0.2]),
  ])
  func `weights draw whole batches in the shares that they come to`(
    balance: DataConfiguration.Balance, shares: [Double]
  ) {
    let order = order(balance)
    #expect(zip(order.classShares, shares).allSatisfy { abs($0 - $1) < 0.0006 })
    var drawn = [Double](repeating: 0, count: 5)
    var pictures: Set<Int> = []
    for epoch in 0..<50 {
      let indices = order.indices(epoch: epoch)
      #expect(indices.count == 896)
      for index in indices { drawn[Self.labels[index]] += 1 / (50 * 896) }
      pictures.formUnion(indices)
    }
    // Five standard errors of 44,800 draws.
    #expect(zip(drawn, shares).allSatisfy { abs($0 - $1) < 5 * ($1 * (1 - $1) / 44_800).squareRoot() + 0.0006 })
    #expect(pictures.count == 894)
  }

  @Test func `one class alone is drawn whatever the weights`() {
    let order = EpochOrder(
      pictures: [4, 5, 6], labels: [0, 0, 0, 0, 0, 0, 0], classCount: 1, balance: .oneMinusFrequency, batchSize: 2,
      seed: 0)
    #expect(Set(order.indices(epoch: 0)).isSubset(of: [4, 5, 6]))
    #expect(order.indices(epoch: 0).count == 4)
    #expect(order.classShares == [1])
  }
}
