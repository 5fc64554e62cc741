import Datasets
import Experiments

/// Pages of data, in every format they can be asked for in.
public struct DataReport: Sendable {
  public let pages: [DataPage]

  public init(_ pages: [DataPage]) { self.pages = pages }

  public func text(as format: Format, for terminal: Terminal) -> String {
    switch format {
    case .table: pages.map { $0.text(for: terminal) }.joined(separator: "\n\n")
    case .markdown: pages.map(\.markdown).joined(separator: "\n")
    case .latex: pages.map(\.latex).joined(separator: "\n")
    case .html: HTMLPage(title: "Data", body: pages.map(\.htmlFragment).joined()).text
    case .csv: rows.csv
    case .json: Value.list(pages.map(\.json)).jsonLines
    }
  }

  /// A row a class.
  private var rows: Table {
    let balances = DataConfiguration.Balance.allCases
    let channels = ColourStatistics.Channel.allCases
    var table = Table(
      ([
        "data", "class", "found", "filtered", "kept", "train", "validation", "test", "exact_copies", "near_copies",
      ] + balances.map { "draws.\($0.rawValue)" } + channels.map { "mean.\($0.rawValue)" }).map { .init($0) })
    for page in pages {
      let shares = balances.map(page.dataset.classShares)
      for row in page.classes {
        guard let label = row.label else { continue }
        let counts = [row.found, row.filtered, row.kept] + row.parts + [row.exactCopies, row.nearCopies]
        table.append(
          ([.string(page.name), .string(row.name)] + counts.map(Value.int) + shares.map { .double($0[label]) }
            + channels.map { .double(row.colours.mean($0)) }).map { .init($0) })
      }
    }
    return table
  }
}

extension DataPage {
  fileprivate var json: Value {
    let split = dataset.split
    return [
      "name": .string(name), "digest": .string(dataset.digest), "size": .int(dataset.size),
      "found": .int(dataset.count + dataset.filteredCount), "filtered": .int(dataset.filteredCount),
      "kept": .int(dataset.count), "train": .int(split.train.count), "validation": .int(split.validation.count),
      "test": .int(split.test.count), "exact_copies": .int(dataset.duplicates.count),
      "near_copies": .int(dataset.nearDuplicates.count), "contradictions": .int(dataset.contradictions.count),
      "understood": dataset.understood.map(Value.string) ?? .null,
      "broken": .list(dataset.broken.map { .string($0.description) }),
      "classes": .list(classes.compactMap { row in row.label.map { json(of: row, label: $0) } }),
      "histograms": .map(
        ColourStatistics.Channel.allCases.map { channel in
          Value.Entry(channel.rawValue, .list(all.histogram(channel).map(Value.int)))
        }),
      "files": .list(files.map { .string($0.path) }),
    ]
  }

  private func json(of row: ClassRow, label: Int) -> Value {
    [
      "class": .string(row.name), "found": .int(row.found), "filtered": .int(row.filtered), "kept": .int(row.kept),
      "train": .int(row.parts[0]), "validation": .int(row.parts[1]), "test": .int(row.parts[2]),
      "exact_copies": .int(row.exactCopies), "near_copies": .int(row.nearCopies),
      "draws": .map(
        DataConfiguration.Balance.allCases.map { balance in
          Value.Entry(balance.rawValue, .double(dataset.classShares(balance)[label]))
        }),
      "mean": .map(
        ColourStatistics.Channel.allCases.map { channel in
          Value.Entry(channel.rawValue, .double(row.colours.mean(channel)))
        }),
    ]
  }
}
