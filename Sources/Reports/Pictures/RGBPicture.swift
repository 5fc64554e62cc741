/// A small picture on its way to a terminal.
struct RGBPicture: Equatable, Sendable {
  let width: Int
  let height: Int
  /// RGB, `height` × `width` × 3.
  var bytes: [UInt8]

  /// All of one colour.
  init(width: Int, height: Int, filledWith level: UInt8) {
    self.init(width: width, height: height, bytes: Array(repeating: level, count: width * height * 3))
  }

  init(width: Int, height: Int, bytes: [UInt8]) {
    precondition(bytes.count == width * height * 3, "\(width) × \(height) RGB is not \(bytes.count) bytes")
    self.width = width
    self.height = height
    self.bytes = bytes
  }

  subscript(x: Int, y: Int) -> SIMD3<UInt8> {
    get {
      let start = (y * width + x) * 3
      return SIMD3(bytes[start], bytes[start + 1], bytes[start + 2])
    }
    set {
      let start = (y * width + x) * 3
      for channel in 0..<3 { bytes[start + channel] = newValue[channel] }
    }
  }

  /// Shrunk to `newWidth` × `newHeight`: every new pixel is the mean of the area that it covers.
  func shrunk(toWidth newWidth: Int, height newHeight: Int) -> RGBPicture {
    if newWidth == width && newHeight == height { return self }
    let columns = coverage(of: width, by: newWidth)
    let rows = coverage(of: height, by: newHeight)
    var result = RGBPicture(width: newWidth, height: newHeight, filledWith: 0)
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        var sum = SIMD3<Double>()
        for (oldY, rowShare) in rows[y] {
          for (oldX, columnShare) in columns[x] { sum += SIMD3<Double>(self[oldX, oldY]) * (rowShare * columnShare) }
        }
        result[x, y] = SIMD3<UInt8>(sum.rounded(.toNearestOrAwayFromZero))
      }
    }
    return result
  }

  /// Of each of `new` equal parts of 0..<`old`: the indices it covers, with shares that sum to 1.
  private func coverage(of old: Int, by new: Int) -> [[(Int, Double)]] {
    let length = Double(old) / Double(new)
    return (0..<new).map { part in
      let start = Double(part) * length
      let end = min(start + length, Double(old))
      return (Int(start)..<Int(end.rounded(.up))).compactMap { index in
        let share = (min(end, Double(index + 1)) - max(start, Double(index))) / length
        return share > 1e-9 ? (index, share) : nil
      }
    }
  }

  /// Puts `other` with its upper left corner at (`x`, `y`).
  mutating func draw(_ other: RGBPicture, x: Int, y: Int) {
    for row in 0..<other.height {
      for column in 0..<other.width { self[x + column, y + row] = other[column, row] }
    }
  }
}
