import Experiments

/// Where a training stands: all that is not weights, and that its going on depends on.
struct TrainingProgress: Codable, Equatable {
  /// An event of the epoch under way, kept because whoever resumes the epoch tells it again.
  struct Event: Codable, Equatable {
    var type: String
    /// JSON.
    var payload: String
  }

  /// The epoch's weights are among the best.
  struct Best: Codable, Equatable {
    var value: Double
    /// Epochs done.
    var epochs: Int
  }

  /// Epochs done.
  var epochs = 0
  var hasEnded = false
  /// Of the epoch under way.
  var tally = EpochTally()
  /// Of the epoch under way.
  var events: [Event] = []
  var hasBegunEpoch = false
  var warmup = WarmupProgress()
  /// Of the learning rate.
  var stepsDown = 0
  var plateau = Stagnation()
  var stopping = Stagnation()
  /// The best first.
  var best: [Best] = []
}
