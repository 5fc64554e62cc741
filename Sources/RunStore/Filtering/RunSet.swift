/// Runs by number, a bit each: sets of a hundred thousand are joined in microseconds.
struct RunSet {
  private var words: [UInt64] = []

  mutating func insert(_ run: Int64) {
    let index = Int(run >> 6)
    if index >= words.count {
      words.append(contentsOf: repeatElement(0, count: max(index + 1, words.count * 2) - words.count))
    }
    words[index] |= 1 << UInt64(run & 63)
  }

  func contains(_ run: Int64) -> Bool {
    let index = Int(run >> 6)
    return index < words.count && words[index] & 1 << UInt64(run & 63) != 0
  }

  var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  func union(_ other: RunSet) -> RunSet { combined(with: other) { $0 | $1 } }
  func intersection(_ other: RunSet) -> RunSet { combined(with: other) { $0 & $1 } }
  func subtracting(_ other: RunSet) -> RunSet { combined(with: other) { $0 & ~$1 } }

  private func combined(with other: RunSet, _ operation: (UInt64, UInt64) -> UInt64) -> RunSet {
    var result = RunSet()
    result.words = (0..<max(words.count, other.words.count)).map { index in
      operation(index < words.count ? words[index] : 0, index < other.words.count ? other.words[index] : 0)
    }
    return result
  }
}
