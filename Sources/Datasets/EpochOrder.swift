public import Experiments
import Randomness

/// In which order the pictures of the train split are shown in an epoch.
public struct EpochOrder: Sendable {
  private let pictures: [Int]
  /// Pictures of each class that has any.
  private let pools: [[Int]]
  /// Probability that a draw is of that pool or one before it; nil: each picture once, in random order.
  private let cumulativeShares: [Double]?
  private let batchSize: Int
  private let stream: RandomStream
  /// How often each class is drawn, as shares of 1, in the order of the class names.
  public let classShares: [Double]

  /// - Parameters:
  ///   - balance: with weights, ceil(n / batchSize) · batchSize pictures an epoch are drawn with replacement. Weights
  ///     follow the classes' counts in the train split. Where every weight is 0 (one class and
  ///     `one-minus-frequency`), all pictures weigh the same.
  ///   - seed: the run's.
  public init(_ dataset: Dataset, balance: DataConfiguration.Balance, batchSize: Int, seed: Int) {
    self.init(
      pictures: dataset.split.train, labels: dataset.labels, classCount: dataset.classNames.count, balance: balance,
      batchSize: batchSize, seed: seed)
  }

  /// - Parameters:
  ///   - pictures: those to draw from, as indices into `labels`.
  ///   - labels: one a picture, each below `classCount`.
  public init(
    pictures: [Int], labels: [Int], classCount: Int, balance: DataConfiguration.Balance, batchSize: Int, seed: Int
  ) {
    precondition(!pictures.isEmpty && batchSize >= 1, "an epoch has pictures, and a batch at least one")
    self.pictures = pictures
    self.batchSize = batchSize
    stream = RandomStream(seed: seed, purpose: "order")
    var byClass = [[Int]](repeating: [], count: classCount)
    for picture in pictures { byClass[labels[picture]].append(picture) }
    classShares = Self.classShares(counts: byClass.map(\.count), balance)
    pools = byClass.filter { !$0.isEmpty }
    if balance == .none {
      cumulativeShares = nil
    } else {
      var sum = 0.0
      cumulativeShares = zip(byClass, classShares).filter { !$0.0.isEmpty }.map { _, share in
        sum += share
        return sum
      }
    }
  }

  /// How often each class is drawn, as shares of 1, where the train split holds `counts` pictures of each.
  public static func classShares(counts: [Int], _ balance: DataConfiguration.Balance) -> [Double] {
    let count = Double(counts.reduce(0, +))
    let weights = counts.map { members in
      switch balance {
      case .none: Double(members)
      case .oneMinusFrequency: Double(members) * (1 - Double(members) / count)
      case .inverseFrequency: members == 0 ? 0.0 : 1.0
      }
    }
    let total = weights.reduce(0, +)
    return total > 0 ? weights.map { $0 / total } : counts.map { Double($0) / count }
  }

  /// Indices of pictures in the order of the epoch (0-based); draw i takes elements 2i (class) and 2i + 1 (picture)
  /// of the stream `order`.
  public func indices(epoch: Int) -> [Int] {
    guard let cumulativeShares else {
      return stream.permutation(of: pictures.count, epoch: epoch).map { pictures[$0] }
    }
    let draws = (pictures.count + batchSize - 1) / batchSize * batchSize
    return (0..<draws).map { draw in
      let at = stream.uniform(epoch: epoch, element: 2 * draw)
      let pool = pools[cumulativeShares.firstIndex { at < $0 } ?? pools.count - 1]
      return pool[stream.integer(below: pool.count, epoch: epoch, element: 2 * draw + 1)]
    }
  }
}
