import Randomness

extension ContactSheets {
  private static let mostRows = 8

  /// What noise leaves of pictures: a row a picture, the first of each class in turn, and a column for each of
  /// `alphasCumulative`: √ᾱ·x_0 + √(1 − ᾱ)·ε (Ho et al. 2020, equation 4), cut off at black and white. A row has the
  /// same noise in every column.
  public func forwardProcess(_ alphasCumulative: [Double]) -> Picture {
    let stream = RandomStream(seed: 0, purpose: "forward_process")
    let cells = chosen.enumerated().flatMap { row, index in
      let picture = dataset.picture(index)
      let noise = picture.pixels.indices.map { Double(stream.normal(index: row, element: $0)) }
      return alphasCumulative.map { alpha in
        let (signal, sigma) = (alpha.squareRoot(), (1 - alpha).squareRoot())
        var noisy = picture
        for (value, noise) in zip(picture.pixels.indices, noise) {
          let x = signal * (Double(picture.pixels[value]) / 127.5 - 1) + sigma * noise
          noisy.pixels[value] = UInt8(min(max(((x + 1) * 127.5).rounded(), 0), 255))
        }
        return noisy
      }
    }
    return arranged(cells, columns: alphasCumulative.count)
  }

  private var chosen: [Int] {
    let pools = dataset.classNames.indices.map { label in
      Array(dataset.labels.indices.filter { dataset.labels[$0] == label }.prefix(Self.mostRows))
    }
    let inTurn = (0..<Self.mostRows).flatMap { turn in pools.compactMap { turn < $0.count ? $0[turn] : nil } }
    return Array(inTurn.prefix(max(Self.fewestRows, min(pools.count, Self.mostRows))))
  }

  private static let fewestRows = 4
}
