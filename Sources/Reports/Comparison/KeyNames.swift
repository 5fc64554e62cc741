import Experiments

/// Dotted keys, found by their whole name or by an end of it that no other has.
struct KeyNames {
  let keys: [String]
  /// What a short name means where several keys end in it: the one among these, if it is one.
  let preferred: Set<String>
  /// What the keys are, for messages: `parameter`, `metric`.
  let noun: String

  init(_ keys: some Sequence<String>, preferring preferred: Set<String> = [], noun: String) {
    self.keys = keys.sorted()
    self.preferred = preferred
    self.noun = noun
  }

  /// The key that `name` means.
  ///
  /// Throws `InputError` where it means none, with the nearest, and where it means several, with all of them.
  func key(_ name: String) throws -> String {
    if keys.contains(name) { return name }
    let matching = keys.filter { $0.hasSuffix("." + name) }
    let choice = matching.count > 1 ? matching.filter(preferred.contains) : matching
    if choice.count == 1 { return choice[0] }
    if matching.isEmpty { throw unknown(name) }
    let meanings = (choice.isEmpty ? matching : choice).joined(separator: " or ")
    throw InputError("the \(noun) '\(name)' may be \(meanings): write which")
  }

  func unknown(_ name: String) -> InputError {
    // A misspelt short name is near the end of a key, not near the whole.
    let ends = Dictionary(keys.map { (String($0.split(separator: ".").last ?? ""), $0) }) { first, _ in first }
    let near =
      InputError.nearest(to: name, among: keys)
      ?? InputError.nearest(to: name, among: ends.keys.sorted()).flatMap { ends[$0] }
    return InputError("unknown \(noun) '\(name)'", suggestion: near)
  }

  /// The shortest end of `key` that no other key has.
  func short(_ key: String) -> String {
    let parts = key.split(separator: ".").map(String.init)
    for count in 1..<max(parts.count, 1) {
      let end = parts.suffix(count).joined(separator: ".")
      if !keys.contains(where: { $0 != key && ($0 == end || $0.hasSuffix("." + end)) }) { return end }
    }
    return key
  }
}
