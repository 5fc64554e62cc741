extension Picture {
  /// The picture stretched to another size. Along an axis that shrinks, a pixel is the mean of the area that it covers;
  /// along one that grows, Keys' bicubic interpolation with a = −½, renormalised at the edges.
  public func resized(width newWidth: Int, height newHeight: Int) -> Picture {
    if newWidth == width && newHeight == height { return self }
    let across = axisWeights(from: width, to: newWidth)
    let down = axisWeights(from: height, to: newHeight)
    var rows = [Float](repeating: 0, count: height * newWidth * 3)
    for row in 0..<height {
      for (column, taps) in across.enumerated() {
        for (position, weight) in zip(taps.first..., taps.weights) {
          let source = offset(row: row, column: position)
          for channel in 0..<3 {
            rows[3 * (row * newWidth + column) + channel] += weight * Float(pixels[source + channel])
          }
        }
      }
    }
    var resized = [UInt8](repeating: 0, count: newWidth * newHeight * 3)
    let stride = 3 * newWidth
    for (row, taps) in down.enumerated() {
      for value in 0..<stride {
        var sum: Float = 0
        for (position, weight) in zip(taps.first..., taps.weights) { sum += weight * rows[position * stride + value] }
        resized[row * stride + value] = UInt8(min(max(sum.rounded(), 0), 255))
      }
    }
    return Picture(width: newWidth, height: newHeight, pixels: resized)
  }
}

/// The weights, summing to 1, of neighbouring pixels that make one.
private struct Taps {
  let first: Int
  let weights: [Float]
}

private func axisWeights(from old: Int, to new: Int) -> [Taps] {
  (0..<new).map { position in
    let scale = Double(old) / Double(new)
    let (first, weights): (Int, [Double])
    if new <= old {
      let (start, end) = (Double(position) * scale, Double(position + 1) * scale)
      first = Int(start)
      weights = (first..<min(Int(end.rounded(.up)), old)).map { min(Double($0 + 1), end) - max(Double($0), start) }
    } else {
      let center = (Double(position) + 0.5) * scale - 0.5
      first = max(Int(center.rounded(.down)) - 1, 0)
      weights = (first...min(Int(center.rounded(.down)) + 2, old - 1)).map { bicubic(abs(Double($0) - center)) }
    }
    let sum = weights.reduce(0, +)
    return Taps(first: first, weights: weights.map { Float($0 / sum) })
  }
}

/// Keys, *Cubic convolution interpolation for digital image processing* (1981), with a = −½.
private func bicubic(_ x: Double) -> Double {
  if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
  if x < 2 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
  return 0
}
