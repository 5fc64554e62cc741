/// The `early_terminate:` block: trainings that are not among the best when so many epochs are done are left there.
public struct EarlyTermination: Equatable, Sendable {
  public enum Rungs: Equatable, Sendable {
    /// After the first epochs, and each time `eta` times as many.
    case from(Int)
    /// So many, each a share 1/`eta` of the one above it, the uppermost of `greatest`.
    case below(greatest: Int, count: Int)
  }

  public let rungs: Rungs
  /// One of so many goes on.
  public let eta: Int
  /// A rung is judged when all are there, not when enough are.
  public let isStrict: Bool

  /// The epochs after which runs of `epochs` epochs are judged, ascending.
  public func rungs(of epochs: Int) -> [Int] {
    var rungs: [Int] = []
    switch self.rungs {
    case .from(let first):
      var rung = first
      while rung < epochs {
        rungs.append(rung)
        rung *= eta
      }
    case .below(let greatest, let count):
      var rung = greatest / eta
      while rung >= 1, rungs.count < count {
        rungs.insert(rung, at: 0)
        rung /= eta
      }
    }
    return rungs.filter { $0 < epochs }
  }
}
