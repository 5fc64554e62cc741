extension Picture {
  /// Pictures side by side in rows of `columns`, on a grey of level `background`, `margin` pixels between and around
  /// them; each is enlarged `scale` times, pixel by pixel.
  ///
  /// - Precondition: the pictures are of one size, and `columns` and `scale` are at least 1.
  public static func sheet(
    _ pictures: [Picture], columns: Int, margin: Int = 1, scale: Int = 1, background: UInt8 = 255
  ) -> Picture {
    precondition(columns >= 1 && scale >= 1 && margin >= 0, "a sheet has columns, a scale of at least 1, and a margin")
    let (width, height) = pictures.first.map { ($0.width * scale, $0.height * scale) } ?? (0, 0)
    let rows = (pictures.count + columns - 1) / columns
    var sheet = Picture(
      width: margin + columns * (width + margin), height: margin + rows * (height + margin), red: background,
      green: background, blue: background)
    for (position, picture) in pictures.enumerated() {
      precondition(picture.width * scale == width && picture.height * scale == height, "pictures differ in size")
      let top = margin + position / columns * (height + margin)
      let left = margin + position % columns * (width + margin)
      for row in 0..<height {
        for column in 0..<width {
          let source = picture.offset(row: row / scale, column: column / scale)
          let target = sheet.offset(row: top + row, column: left + column)
          for channel in 0..<3 { sheet.pixels[target + channel] = picture.pixels[source + channel] }
        }
      }
    }
    return sheet
  }
}
