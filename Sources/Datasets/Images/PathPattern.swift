/// A pattern of relative paths: `**` stands for any number of levels, none included, so that `mon/**` takes what lies
/// in the folder itself and in all below; `*` stands for any text and `?` for one character within a level.
struct PathPattern {
  private let levels: [[Character]]

  init(_ text: String) {
    levels = split(text)
  }

  func matches(_ path: String) -> Bool {
    glob(
      levels[...], split(path)[...], isAny: { $0 == anyLevels },
      same: { pattern, level in
        glob(pattern[...], level[...], isAny: { $0 == "*" }, same: { $0 == "?" || $0 == $1 })
      })
  }
}

private let anyLevels: [Character] = ["*", "*"]

private func split(_ path: String) -> [[Character]] {
  path.split(separator: "/").filter { $0 != "." }.map(Array.init)
}

/// Whether `items` are what `pattern` says, where an element of it that `isAny` stands for any number of items.
private func glob<Element>(
  _ pattern: ArraySlice<Element>, _ items: ArraySlice<Element>, isAny: (Element) -> Bool,
  same: (Element, Element) -> Bool
) -> Bool {
  guard let head = pattern.first else { return items.isEmpty }
  if isAny(head) {
    return glob(pattern.dropFirst(), items, isAny: isAny, same: same)
      || !items.isEmpty && glob(pattern, items.dropFirst(), isAny: isAny, same: same)
  }
  guard let item = items.first, same(head, item) else { return false }
  return glob(pattern.dropFirst(), items.dropFirst(), isAny: isAny, same: same)
}
