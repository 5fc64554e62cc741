import Yams

/// Reads `sweep.early_terminate`.
struct EarlyTerminationReader {
  let block: BlockReader
  private static let path = "sweep.early_terminate"

  func read(_ node: Node) throws -> EarlyTermination {
    var hasType = false
    var eta = 3
    var isStrict = false
    var numbers: [String: Int] = [:]
    for (name, key, value) in try block.members(of: node, named: Self.path) {
      let path = "\(Self.path).\(name)"
      switch name {
      case "type":
        _ = try block.choice(value, path, .choice(["hyperband"]))
        hasType = true
      case "eta": eta = try block.integer(value, path, 2...1000)
      case "strict": isStrict = try block.boolean(value, path)
      case "min_iter", "max_iter": numbers[name] = try block.integer(value, path, 1...100_000)
      case "s": numbers[name] = try block.integer(value, path, 1...100)
      default:
        throw block.unknown(name, key, of: Self.path, ["type", "min_iter", "max_iter", "s", "eta", "strict"])
      }
    }
    let place = block.place(node)
    guard hasType else { throw place.error("\(Self.path) needs a type", suggestion: "type: hyperband") }
    let rungs: EarlyTermination.Rungs
    switch (numbers["min_iter"], numbers["max_iter"], numbers["s"]) {
    case (let first?, nil, nil): rungs = .from(first)
    case (nil, let greatest?, let count?): rungs = .below(greatest: greatest, count: count)
    default:
      throw place.error("\(Self.path) takes `min_iter`, or `max_iter` and `s`: after how many epochs runs are judged")
    }
    return EarlyTermination(rungs: rungs, eta: eta, isStrict: isStrict)
  }
}
