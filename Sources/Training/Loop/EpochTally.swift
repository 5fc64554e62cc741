/// What an epoch has come to so far.
struct EpochTally: Codable, Equatable {
  /// Steps done.
  var steps = 0
  var losses = Losses()
  /// Of the gradient's norm before clipping, over the steps.
  private(set) var normSum = 0.0
  private(set) var greatestNorm = 0.0
  /// Of the last step.
  var learningRate = 0.0
  /// Spent on it, in whichever processes.
  var seconds = 0.0

  mutating func add(gradientNorm: Double) {
    normSum += gradientNorm
    greatestNorm = max(greatestNorm, gradientNorm)
  }

  var meanNorm: Double { normSum / Double(steps) }
}
