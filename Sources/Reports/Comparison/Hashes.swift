/// A set of stages' hashes that is quickly told from another: hundreds of runs may have gone into one mean.
struct Hashes: Hashable, ExpressibleByArrayLiteral {
  private let members: Set<String>
  private let digest: Int

  init(_ members: Set<String>) {
    self.members = members
    digest = members.hashValue
  }

  init(arrayLiteral elements: String...) { self.init(Set(elements)) }

  var isEmpty: Bool { members.isEmpty }

  static func == (first: Hashes, second: Hashes) -> Bool {
    first.digest == second.digest && first.members == second.members
  }

  func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
