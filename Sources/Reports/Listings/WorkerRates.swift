import Experiments

/// How fast a machine trains one network, by how its processors are shared out among workers.
public struct WorkerRates: Sendable {
  public struct Rate: Equatable, Sendable {
    /// Trainings at once, and the threads of each.
    public let workers: Int
    public let threads: Int
    /// Of all of them together.
    public let picturesPerSecond: Double

    public init(workers: Int, threads: Int, picturesPerSecond: Double) {
      (self.workers, self.threads, self.picturesPerSecond) = (workers, threads, picturesPerSecond)
    }
  }

  /// At least one.
  let rates: [Rate]

  /// Nil where there is nothing to compare.
  public init?(_ rates: [Rate]) {
    guard rates.count > 1 else { return nil }
    self.rates = rates
  }

  /// Ways to share out `processors` that are worth a measurement: all to one, about as many workers as threads, and as
  /// many workers as there is work for.
  /// - Parameter most: workers that there are work and memory for.
  public static func candidates(processors: Int, most: Int) -> [(workers: Int, threads: Int)] {
    let last = max(1, min(processors, most))
    let middle = (1...processors).first { processors % $0 == 0 && $0 * $0 >= processors } ?? 1
    return [1, min(middle, last), last].reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
      .map { ($0, max(1, processors / $0)) }
  }

  /// One sentence: what is fastest, by how much, and how to have it.
  /// - Parameter threads: those that the file asks for.
  func note(threads: Int) -> String? {
    guard let best = rates.max(by: { $0.picturesPerSecond < $1.picturesPerSecond }) else { return nil }
    let others = rates.filter { $0 != best }.map { rate in
      "\(Self.text(rate)): \((rate.picturesPerSecond / best.picturesPerSecond).rounded(significant: 2)) of it"
    }
    let setting = best.threads == threads ? "" : " with -S training.threads=\(best.threads)"
    return "Workers: \(Self.text(best)) trains fastest here, \(best.picturesPerSecond.rounded(significant: 2)) "
      + "pictures/s together (\(others.joined(separator: ", "))): --jobs \(best.workers)\(setting)."
  }

  private static func text(_ rate: Rate) -> String { "\(rate.workers) × \(counted(rate.threads, "thread"))" }

  var json: Value {
    .list(
      rates.map { rate in
        [
          "workers": .int(rate.workers), "threads": .int(rate.threads),
          "pictures_per_second": .double(rate.picturesPerSecond),
        ]
      })
  }
}
