public import RunStore

/// Where the records of compared runs come from, each by the run's id.
public struct ComparisonRecords {
  let history: (_ run: String, _ key: String) throws -> [MetricPoint]
  let events: (_ run: String) throws -> [RunEvent]
  let grid: (_ run: String) throws -> SampleGrid?

  public init(
    history: @escaping (_ run: String, _ key: String) throws -> [MetricPoint],
    events: @escaping (_ run: String) throws -> [RunEvent], grid: @escaping (_ run: String) throws -> SampleGrid?
  ) {
    self.history = history
    self.events = events
    self.grid = grid
  }
}
