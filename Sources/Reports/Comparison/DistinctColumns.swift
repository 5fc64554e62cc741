/// Groups whose values are the same measurements, such as the losses of one training under several samplers, are one
/// column: counted twice, they would pass for agreement.
struct DistinctColumns {
  private(set) var columns: [SeedMeans] = []
  /// By group, in their order; nil where the group has no values, or none that are finite.
  private(set) var column: [Int?] = []

  init(_ groups: [SeedMeans]) {
    var known: [CellKey: [Int]] = [:]
    for group in groups {
      guard !group.cells.isEmpty, group.isFinite else {
        column.append(nil)
        continue
      }
      let keys = group.cells.map { CellKey(seed: $0.key, stages: $0.value.stages) }
      let candidates = Set(keys.flatMap { known[$0] ?? [] })
      let index = candidates.sorted().first { columns[$0].isSameMeasurement(as: group) } ?? columns.count
      if index == columns.count {
        columns.append(group)
      } else {
        columns[index] = SeedMeans(cells: columns[index].cells.merging(group.cells) { first, _ in first })
      }
      for key in keys where known[key]?.contains(index) != true { known[key, default: []].append(index) }
      column.append(index)
    }
  }

  private struct CellKey: Hashable {
    let seed: Int
    let stages: Hashes
  }
}
