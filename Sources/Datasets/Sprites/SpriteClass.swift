/// The tutorial's five classes, in its order.
enum SpriteClass: String, CaseIterable {
  case hero
  case nonHero = "non-hero"
  case food
  case spell
  case sideFacingHero = "side-facing hero"

  /// How many of the tutorial's 89,400 sprites are of the class.
  var weight: Int {
    switch self {
    case .hero: 8000
    case .nonHero: 32400
    case .food: 6000
    case .spell: 35000
    case .sideFacingHero: 8000
    }
  }

  /// `count` sprites dealt out in the tutorial's proportions, what rounding leaves over going to the largest remainders.
  static func allotment(of count: Int) -> [(SpriteClass, Int)] {
    let total = allCases.reduce(0) { $0 + $1.weight }
    var counts = allCases.map { $0.weight * count / total }
    let byRemainder = allCases.indices.sorted { a, b in
      (allCases[b].weight * count % total, a) < (allCases[a].weight * count % total, b)
    }
    for position in byRemainder.prefix(count - counts.reduce(0, +)) { counts[position] += 1 }
    return Array(zip(allCases, counts))
  }
}
