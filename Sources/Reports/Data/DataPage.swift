public import Datasets
public import Experiments

/// What there is to see of data before anything is trained on them.
public struct DataPage: Sendable {
  /// A picture that was written for a person to look at.
  public struct File: Sendable {
    public let path: String
    public let content: String

    public init(path: String, content: String) {
      self.path = path
      self.content = content
    }
  }

  public let name: String
  let dataset: Dataset
  /// Of the runs on these data; they differ at most in what isn't part of the data, such as the balance.
  let configurations: [DataConfiguration]
  let files: [File]
  let all: ColourStatistics
  let classes: [ClassRow]

  /// A class, or all of them.
  struct ClassRow: Sendable {
    let name: String
    /// Index of the class; nil: all.
    let label: Int?
    let kept: Int
    let filtered: Int
    let parts: [Int]
    let exactCopies: Int
    let nearCopies: Int
    let colours: ColourStatistics

    var found: Int { kept + filtered }
  }

  /// - Parameter configurations: those of the runs on these data.
  public init(name: String, _ dataset: Dataset, configurations: [DataConfiguration], files: [File]) {
    self.name = name
    self.dataset = dataset
    self.configurations = configurations
    self.files = files
    let split = dataset.split
    let parts = [split.train, split.validation, split.test]
    let counts = parts.map { dataset.classCounts(of: $0) }
    let exact = dataset.classCounts(of: dataset.duplicates)
    let near = dataset.classCounts(of: dataset.nearDuplicates)
    let kept = dataset.classCounts()
    all = ColourStatistics(dataset, of: dataset.labels.indices)
    var rows = dataset.classNames.enumerated().map { label, name in
      ClassRow(
        name: name, label: label, kept: kept[label], filtered: dataset.filteredCounts[label],
        parts: counts.map { $0[label] }, exactCopies: exact[label], nearCopies: near[label],
        colours: ColourStatistics(dataset, of: dataset.labels.indices.filter { dataset.labels[$0] == label }))
    }
    if rows.count > 1 {
      rows.append(
        ClassRow(
          name: "all", label: nil, kept: dataset.count, filtered: dataset.filteredCount, parts: parts.map(\.count),
          exactCopies: dataset.duplicates.count, nearCopies: dataset.nearDuplicates.count, colours: all))
    }
    classes = rows
  }

  /// The tables that a person reads, each with its title.
  var sections: [(title: String, table: Table)] {
    [
      ("Pictures", counts), ("Share of each class in an epoch's draws, by data.balance", draws),
      ("Means, in levels 0…255", colours), ("Written", written),
    ].filter { !$0.table.rows.isEmpty }
  }

  /// What a person reads, ending in a line end.
  public func text(for terminal: Terminal) -> String {
    let style = Style(colours: terminal.colours)
    let heading = [style.bold(name)] + (facts + warnings).flatMap { $0.wrapped(to: terminal.width) }
    var parts = [heading.map { $0 + "\n" }.joined()]
    for (title, table) in sections { parts.append(style.bold(title) + "\n" + table.text(for: terminal)) }
    let bars = ([style.bold("Levels 0…255; heights by the square root, 0 and 255 cut off")] + histogramLines).map {
      $0 + "\n"
    }.joined()
    parts.insert(bars, at: parts.count - (files.isEmpty ? 0 : 1))
    return parts.joined(separator: "\n")
  }

  public var markdown: String {
    let heading = "## \(name)\n" + (facts + warnings).map { "\n\($0)\n" }.joined()
    return heading + sections.map { "\n### \($0.title)\n\n\($0.table.markdown)" }.joined()
  }

  var latex: String {
    sections.map { "% \(name): \($0.title)\n\($0.table.latex)" }.joined(separator: "\n")
  }

  var htmlFragment: String {
    let paragraphs = (facts + warnings).map { "<p>\($0.htmlEscaped)</p>\n" }.joined()
    return "<h2>\(name.htmlEscaped)</h2>\n\(paragraphs)"
      + sections.map { "<h3>\($0.title.htmlEscaped)</h3>\n\($0.table.htmlFragment)" }.joined()
  }

  var facts: [String] {
    let split = dataset.split
    let size = "\(dataset.size) × \(dataset.size)"
    let kept = dataset.filteredCount > 0 ? ", \(dataset.count) kept" : ""
    var facts = [
      "\(counted(dataset.count + dataset.filteredCount, "picture")) of \(size) pixels\(kept): "
        + "\(split.train.count) to train on, \(split.validation.count) to validate, \(split.test.count) held back.",
      "What is trained on is named by \(dataset.digest.prefix(12)).",
    ]
    if let understood = dataset.understood { facts.append("\(understood).") }
    return facts
  }

  /// What is allowed and probably not meant.
  var warnings: [String] {
    var warnings: [String] = []
    let contradictions = dataset.contradictions
    if !contradictions.isEmpty {
      let pictures = contradictions.reduce(0) { $0 + $1.count }
      warnings.append(
        "Warning: copies contradict each other: \(counted(contradictions.count, "group")) of them "
          + "(\(pictures) pictures) \(contradictions.count == 1 ? "is" : "are") of more than one class.")
    }
    if !dataset.broken.isEmpty {
      warnings.append(
        "Warning: \(counted(dataset.broken.count, "file")) could not be decoded: "
          + dataset.broken.map(\.description).joined(separator: "; ") + ".")
    }
    return warnings
  }

  private var histogramLines: [String] {
    let names = ColourStatistics.Channel.allCases.map(\.rawValue)
    let width = names.map(\.count).max() ?? 0
    return zip(names, all.histograms).map { $0.padded(to: width, .left) + "  " + HistogramBars.text($1) }
  }
}
