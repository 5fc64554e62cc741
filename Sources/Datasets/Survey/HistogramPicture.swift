extension Picture {
  private static let chartHeight = 64
  private static let chartMargin = 6

  /// A row for each of `statistics`: the mean colour, then the histograms of brightness, red, green and blue, a column
  /// a level. Heights go by the square root and reach what the levels 1…254 do: those of black and of white, which are
  /// often a background, are cut off there.
  public static func histograms(_ statistics: [ColourStatistics]) -> Picture {
    let colours: [ColourStatistics.Channel: [UInt8]] = [
      .brightness: [70, 70, 70], .red: [200, 40, 40], .green: [40, 150, 40], .blue: [40, 70, 200],
    ]
    let channels = ColourStatistics.Channel.allCases
    let (height, margin) = (chartHeight, chartMargin)
    var chart = Picture(
      width: margin + height + margin + channels.count * (256 + margin),
      height: margin + statistics.count * (height + margin), red: 225, green: 225, blue: 225)
    for (row, entry) in statistics.enumerated() {
      let top = margin + row * (height + margin)
      let mean = entry.meanColour
      chart.fill(rows: top..<top + height, columns: margin..<margin + height, [mean.red, mean.green, mean.blue])
      for (position, channel) in channels.enumerated() {
        let left = margin + height + margin + position * (256 + margin)
        chart.fill(rows: top..<top + height, columns: left..<left + 256, [255, 255, 255])
        let counts = entry.histogram(channel)
        let greatest = Double(max(1, counts[1...254].max() ?? 0))
        for (level, count) in counts.enumerated() where count > 0 {
          let share = min(1, (Double(count) / greatest).squareRoot())
          let bar = max(1, Int((share * Double(height)).rounded()))
          let columns = left + level..<left + level + 1
          chart.fill(rows: top + height - bar..<top + height, columns: columns, colours[channel] ?? [0, 0, 0])
        }
      }
    }
    return chart
  }

  private mutating func fill(rows: Range<Int>, columns: Range<Int>, _ colour: [UInt8]) {
    for row in rows {
      for column in columns {
        let start = offset(row: row, column: column)
        pixels.replaceSubrange(start..<start + 3, with: colour)
      }
    }
  }
}
