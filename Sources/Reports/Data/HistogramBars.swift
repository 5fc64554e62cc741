/// A histogram in one line of text.
enum HistogramBars {
  private static let bars = 64

  /// One sign for every four of 256 levels: a bar whose height goes by the square root of their pixels and reaches what
  /// the levels 1…254 do, since black and white are often a background; a blank where there are none.
  static func text(_ counts: [Int]) -> String {
    let blocks = Array("▁▂▃▄▅▆▇█")
    let ends = [0: counts[0], bars - 1: counts[counts.count - 1]]
    let sums = (0..<bars).map { bar in
      counts[bar * counts.count / bars..<(bar + 1) * counts.count / bars].reduce(0, +)
    }
    let greatest = Double(max(1, sums.enumerated().map { $1 - ends[$0, default: 0] }.max() ?? 0))
    let signs = sums.map { sum -> Character in
      sum == 0 ? " " : blocks[min(7, Int((Double(sum) / greatest).squareRoot() * 8))]
    }
    return String(signs).trimmedEnd
  }
}
