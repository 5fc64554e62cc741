import Torch

/// Both losses over a set of pictures, and over each eighth of the timesteps: sums, so that batches of different sizes
/// count as they should.
struct Losses: Codable, Equatable {
  struct Sums: Codable, Equatable {
    fileprivate(set) var l1Sum = 0.0
    fileprivate(set) var mseSum = 0.0
    fileprivate(set) var count = 0

    fileprivate mutating func add(l1: Double, mse: Double, pictures: Int) {
      l1Sum += l1 * Double(pictures)
      mseSum += mse * Double(pictures)
      count += pictures
    }

    /// Means over pictures; NaN where there are none.
    var l1: Double { l1Sum / Double(count) }
    var mse: Double { mseSum / Double(count) }
  }

  static let bucketCount = 8

  private(set) var all = Sums()
  /// By timestep: bucket b has those from b/8 up to (b + 1)/8 of all, so the first has the least noise.
  private(set) var buckets = [Sums](repeating: Sums(), count: bucketCount)

  /// - Parameters:
  ///   - t: one a picture.
  ///   - timesteps: T.
  mutating func add(_ outcome: TrainingStep.Outcome, t: [Int], timesteps: Int) {
    all.add(l1: outcome.l1, mse: outcome.mse, pictures: t.count)
    for (picture, t) in t.enumerated() {
      buckets[t * Self.bucketCount / timesteps].add(
        l1: Double(outcome.l1PerPicture[picture]), mse: Double(outcome.msePerPicture[picture]), pictures: 1)
    }
  }

  var l1: Double { all.l1 }
  var mse: Double { all.mse }

  /// What is recorded of them, by the end of the metric's key. Eighths without a picture are left out.
  var metrics: [(key: String, value: Double)] {
    [("l1", l1), ("mse", mse)]
      + buckets.enumerated().filter { $0.element.count > 0 }.flatMap { number, sums in
        [("l1.bucket.\(number)", sums.l1), ("mse.bucket.\(number)", sums.mse)]
      }
  }
}

/// How far an output is from its target, element by element. Shapes: equal, and that of both errors.
struct Errors {
  let absolute: Tensor
  let squared: Tensor

  init(_ output: Tensor, _ target: Tensor) {
    let difference = output - target
    absolute = difference.abs()
    squared = difference.square()
  }
}
