public import RunStore

/// A run as it was recorded beside the same run executed again, bit by bit. Times and memory have no part in it.
public struct ReplayComparison: Sendable {
  /// A quantity that came to something else.
  public struct Difference: Equatable, Sendable {
    /// 0-based; nil: before training.
    public let epoch: Int?
    public let quantity: String
    /// What it was, and what it is now.
    public let what: String
  }

  /// How much of each kind was compared.
  public struct Compared: Equatable, Sendable {
    public var points = 0
    public var metrics = 0
    public var events = 0
    public var pictures = 0
    /// Of the weights.
    public var states = 0
  }

  public private(set) var compared = Compared()
  /// By epoch; in one epoch metrics by name, then events, weights and pictures.
  public private(set) var differences: [Difference] = []
  public let surroundings: [Surrounding]

  /// - Parameters:
  ///   - id: the run's in `store`, of which everything is compared.
  ///   - replayed: its id in `scratch`.
  public init(of id: String, in store: RunStore, with replayed: String, in scratch: RunStore) throws {
    surroundings = Surrounding.all(
      recorded: try store.environments(ofRun: id), now: try scratch.environments(ofRun: replayed))
    let recorded = try RecordedRun(id, in: store)
    let now = try RecordedRun(replayed, in: scratch)
    if let data = recorded.data, data != now.data {
      differences.append(Difference(epoch: nil, quantity: "data", what: Self.change(data, now.data)))
    }
    compareMetrics(recorded, now)
    compareEvents(recorded, now)
    compareWeights(recorded, now)
    comparePictures(recorded, now)
    let order = differences.enumerated().sorted {
      ($0.element.epoch ?? -1, $0.offset) < ($1.element.epoch ?? -1, $1.offset)
    }
    differences = order.map(\.element)
  }

  /// What a newer Darkroom records besides is not compared.
  private mutating func compareMetrics(_ recorded: RecordedRun, _ now: RecordedRun) {
    for (key, points) in recorded.metrics.sorted(by: { $0.key < $1.key }) {
      let others = now.metrics[key] ?? [:]
      compared.metrics += 1
      compared.points += points.count
      for step in Set(points.keys).union(others.keys).sorted() where !Self.areEqual(points[step], others[step]) {
        note(step, key, Self.change(points[step]?.readable, others[step]?.readable))
      }
    }
  }

  private mutating func compareEvents(_ recorded: RecordedRun, _ now: RecordedRun) {
    compared.events = recorded.events.values.reduce(0) { $0 + $1.count }
    for epoch in Set(recorded.events.keys).union(now.events.keys).sorted() {
      var after = now.events[epoch] ?? []
      func take(_ isMeant: (RecordedRun.Event) -> Bool) -> RecordedRun.Event? {
        after.firstIndex(where: isMeant).map { after.remove(at: $0) }
      }
      let changed = (recorded.events[epoch] ?? []).filter { event in take { $0 == event } == nil }
      for event in changed {
        let other = take { $0.type == event.type }
        note(epoch, "event \(event.type)", Self.change(event.payload, other?.payload))
      }
      for event in after { note(epoch, "event \(event.type)", Self.change(nil, event.payload)) }
    }
  }

  private mutating func compareWeights(_ recorded: RecordedRun, _ now: RecordedRun) {
    compared.states = recorded.weights.count
    for (epoch, digest) in recorded.weights.sorted(by: { $0.key < $1.key }) where now.weights[epoch] != digest {
      note(epoch, "weights", Self.change(digest, now.weights[epoch]))
    }
  }

  private mutating func comparePictures(_ recorded: RecordedRun, _ now: RecordedRun) {
    for grid in recorded.grids {
      compared.pictures += grid.cells.count
      let others = now.grids.first { $0.epoch == grid.epoch }?.cells ?? []
      for cell in grid.cells {
        let other = others.first { $0.index == cell.index }
        guard other != cell else { continue }
        let differing = other.map { zip(cell.rgb, $0.rgb).count { $0 != $1 } }
        note(
          grid.epoch, "picture \(cell.index) (\(cell.labelName))",
          differing.map { "\($0) of \(cell.rgb.count) values differ" } ?? "is not there any more")
      }
    }
  }

  private mutating func note(_ epoch: Int, _ quantity: String, _ what: String) {
    differences.append(Difference(epoch: epoch, quantity: quantity, what: what))
  }

  private static func areEqual(_ one: Double?, _ other: Double?) -> Bool {
    guard let one, let other else { return false }
    return one.bitPattern == other.bitPattern || (one.isNaN && other.isNaN)
  }

  private static func change(_ before: String?, _ after: String?) -> String {
    "\(before ?? "not there") on record, \(after ?? "not there") now"
  }
}
