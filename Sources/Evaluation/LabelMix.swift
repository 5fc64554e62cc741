import Randomness

/// What each of `count` pictures is to show: every class as often as its share says, rounded by the largest remainders,
/// in an order that hangs on `seed` alone.
///
/// - Parameter shares: one a class, summing to 1.
public func labelMix(count: Int, shares: [Double], seed: Int) -> [Int] {
  let exact = shares.map { $0 * Double(count) }
  var counts = exact.map { Int($0) }
  let byRemainder = shares.indices.sorted { a, b in
    let (first, second) = (exact[a] - Double(counts[a]), exact[b] - Double(counts[b]))
    return first == second ? a < b : first > second
  }
  for label in byRemainder.prefix(count - counts.reduce(0, +)) { counts[label] += 1 }
  let labels = counts.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
  return RandomStream(seed: seed, purpose: "evaluation.labels").permutation(of: labels.count).map { labels[$0] }
}
