import Randomness

/// A data set's pictures side by side, for a person to look at.
public struct ContactSheets: Sendable {
  /// What a person is told of a sheet's content besides its name.
  public struct Sheet: Sendable {
    /// Ends in `.png`.
    public let fileName: String
    public let picture: Picture
    public let content: String
  }

  private static let columns = 10
  private static let mostSheetRows = 10
  /// Light enough for what is dark, dark enough for pictures on white.
  private static let background: UInt8 = 200

  let dataset: Dataset

  public init(_ dataset: Dataset) { self.dataset = dataset }

  /// Kept and rejected pictures a class, some of them at random; copies beside each other; histograms.
  public var sheets: [Sheet] {
    let copies = Set(dataset.duplicates)
    let kept = dataset.classNames.indices.compactMap { label in
      let members = dataset.labels.indices.filter { dataset.labels[$0] == label }
      return sheet("kept", label, members.filter { !copies.contains($0) }, of: members.count, dataset.picture)
    }
    let rejected = dataset.classNames.indices.compactMap { label in
      let members = dataset.rejected.labels.indices.filter { dataset.rejected.labels[$0] == label }
      return sheet("rejected", label, members, of: members.count) {
        Picture(width: dataset.size, height: dataset.size, pixels: Array(dataset.rejected.picture($0)))
      }
    }
    return kept + rejected + [self.copies, histograms].compactMap(\.self)
  }

  /// At random, because files often repeat what they hold in periods.
  private func sheet(
    _ kind: String, _ label: Int, _ candidates: [Int], of count: Int, _ picture: (Int) -> Picture
  ) -> Sheet? {
    guard !candidates.isEmpty else { return nil }
    let order = RandomStream(seed: 0, purpose: "contact_sheet", name: kind).permutation(of: candidates.count)
    let chosen = order.prefix(Self.columns * Self.mostSheetRows).sorted().map { picture(candidates[$0]) }
    return Sheet(
      fileName: "\(kind)-\(fileNames[label]).png",
      picture: arranged(chosen, columns: min(chosen.count, Self.columns)),
      content: "\(chosen.count) of \(count)" + (candidates.count < count ? ", exact copies left out" : ""))
  }

  /// A row a group: those of several classes first, then those whose pictures differ most in number.
  private var copies: Sheet? {
    let groups = dataset.copyGroups.map { group in (group: group, different: different(group)) }
    guard !groups.isEmpty else { return nil }
    func rank(_ entry: (group: [Int], different: [Int])) -> (Int, Int, Int) {
      (Set(entry.group.map { dataset.labels[$0] }).count, entry.different.count, entry.group.count)
    }
    let shown = groups.sorted { rank($0) > rank($1) }.prefix(Self.mostSheetRows).map { entry in
      // Where all are equal, two show it; where some differ, each that does comes once.
      entry.different.count > 1 ? Array(entry.different.prefix(Self.columns)) : Array(entry.group.prefix(2))
    }
    let columns = shown.map(\.count).max() ?? 1
    let level = Self.background
    let blank = Picture(width: dataset.size, height: dataset.size, red: level, green: level, blue: level)
    let cells = shown.flatMap { row in
      row.map(dataset.picture) + [Picture](repeating: blank, count: columns - row.count)
    }
    return Sheet(
      fileName: "duplicates.png", picture: arranged(cells, columns: columns),
      content: "\(shown.count) of \(groups.count) groups of copies, a row each")
  }

  /// The members of a group that equal none before them, and those of another class than what they equal.
  private func different(_ group: [Int]) -> [Int] {
    var seen: Set<[UInt8]> = []
    var labels: Set<Int> = []
    return group.filter { index in
      let isNew = seen.insert(dataset.picture(index).pixels).inserted
      return labels.insert(dataset.labels[index]).inserted || isNew
    }
  }

  private var histograms: Sheet? {
    let all = ColourStatistics(dataset, of: dataset.labels.indices)
    let classes = dataset.classNames.indices.map { label in
      ColourStatistics(dataset, of: dataset.labels.indices.filter { dataset.labels[$0] == label })
    }
    return Sheet(
      fileName: "histograms.png", picture: .histograms([all] + (classes.count > 1 ? classes : [])),
      content: "\(classes.count > 1 ? "all, then each class" : "all"): mean colour, brightness, red, green, blue")
  }

  func arranged(_ pictures: [Picture], columns: Int) -> Picture {
    .sheet(pictures, columns: columns, margin: 2, scale: max(1, 64 / dataset.size), background: Self.background)
  }

  /// The classes' names, without what a file's name can't hold.
  private var fileNames: [String] {
    let safe = dataset.classNames.map { name in
      String(name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
    }
    return safe.enumerated().map { label, name in
      safe.firstIndex(of: name) == label && !name.isEmpty ? name : "\(name)-\(label)"
    }
  }
}
