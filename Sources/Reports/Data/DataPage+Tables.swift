import Datasets
import Experiments

extension DataPage {
  var counts: Table {
    let hasFilter = configurations.contains { $0.filter.whitePixels != nil || $0.filter.whiteCorners }
    let hasNear = configurations.contains { $0.nearDuplicates != nil }
    var columns: [Table.Column] = [.init("class", narrowest: 8), .init("found", alignment: .right)]
    if hasFilter {
      columns += [.init("filtered", alignment: .right), .init("share", alignment: .right)]
      columns.append(.init("kept", alignment: .right))
    }
    columns += ["train", "validation", "test"].map { .init($0, alignment: .right) }
    columns.append(.init("exact_copies", title: "exact copies", alignment: .right))
    columns.append(.init("exact_share", title: "share", alignment: .right))
    if hasNear {
      columns.append(.init("near_copies", title: "near copies", alignment: .right))
      columns.append(.init("near_share", title: "share", alignment: .right))
    }
    var table = Table(columns)
    for row in classes {
      var cells = [Table.Cell(.string(row.name), emphasis: row.label == nil ? .strong : .none), count(row.found)]
      if hasFilter { cells += [count(row.filtered), share(row.filtered, of: row.found), count(row.kept)] }
      cells += row.parts.map(count) + [count(row.exactCopies), share(row.exactCopies, of: row.kept)]
      if hasNear { cells += [count(row.nearCopies), share(row.nearCopies, of: row.kept)] }
      table.append(cells)
    }
    return table
  }

  var draws: Table {
    guard dataset.classNames.count > 1 else { return Table([]) }
    let all = DataConfiguration.Balance.allCases
    let balances = Set(configurations.map(\.balance))
    var table = Table(
      [.init("class", narrowest: 8)]
        + all.map { .init($0.rawValue, title: $0.rawValue + (balances.contains($0) ? " *" : ""), alignment: .right) })
    let shares = all.map(dataset.classShares)
    for (label, name) in dataset.classNames.enumerated() {
      table.append([.init(.string(name))] + shares.map { .init(.double($0[label]), text: percent($0[label])) })
    }
    if !balances.isEmpty { table.notes.append("* as the file has it.") }
    return table
  }

  var colours: Table {
    var table = Table(
      [.init("class", narrowest: 8)]
        + ColourStatistics.Channel.allCases.map { .init($0.rawValue, alignment: .right) } + [.init("colour")])
    for row in classes {
      let means = ColourStatistics.Channel.allCases.map { channel -> Table.Cell in
        let mean = row.colours.mean(channel)
        return .init(.double(mean), text: mean.fixed(decimals: 1))
      }
      table.append(
        [.init(.string(row.name), emphasis: row.label == nil ? .strong : .none)] + means
          + [.init(.string(row.colours.hexadecimal))])
    }
    return table
  }

  var written: Table {
    var table = Table([.init("file", narrowest: 12), .init("content", narrowest: 12)])
    for file in files { table.append([.init(.string(file.path)), .init(.string(file.content))]) }
    return table
  }

  private func count(_ value: Int) -> Table.Cell { .init(.int(value)) }

  private func share(_ part: Int, of whole: Int) -> Table.Cell {
    let share = whole == 0 ? 0 : Double(part) / Double(whole)
    return .init(.double(share), text: percent(share))
  }

  private func percent(_ share: Double) -> String { (100 * share).fixed(decimals: 1) + " %" }
}

extension ColourStatistics {
  /// The mean colour as #rrggbb.
  var hexadecimal: String {
    let (red, green, blue) = meanColour
    return "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
