#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RandomStream {
  /// One draw of the standard normal distribution; its magnitude is at most 6.67.
  public func normal(epoch: Int = 0, index: Int = 0, element: Int = 0) -> Float {
    let words = words(block: element / 4, epoch: epoch, index: index)
    let pair = element % 4 < 2 ? boxMuller(words.x, words.y) : boxMuller(words.z, words.w)
    return element % 2 == 0 ? pair.cosine : pair.sine
  }

  /// Fills `values` with `normal(epoch:index:element:)` of elements 0, 1, 2, ….
  public func fillNormal(_ values: UnsafeMutableBufferPointer<Float>, epoch: Int = 0, index: Int = 0) {
    fill(values, epoch: epoch, index: index) { words in
      let (first, second) = (boxMuller(words.x, words.y), boxMuller(words.z, words.w))
      return SIMD4(first.cosine, first.sine, second.cosine, second.sine)
    }
  }

  /// Fills `values` with `uniform(epoch:index:element:)` of elements 0, 1, 2, …, each rounded down to a multiple of
  /// 2⁻²⁴, so that it stays below 1.
  public func fillUniform(_ values: UnsafeMutableBufferPointer<Float>, epoch: Int = 0, index: Int = 0) {
    fill(values, epoch: epoch, index: index) { words in
      SIMD4<Float>(words &>> 8) * 0x1p-24
    }
  }

  @inline(__always)
  private func fill(
    _ values: UnsafeMutableBufferPointer<Float>, epoch: Int, index: Int, with convert: (SIMD4<UInt32>) -> SIMD4<Float>
  ) {
    let whole = values.count / 4
    for block in 0..<whole {
      let converted = convert(words(block: block, epoch: epoch, index: index))
      for lane in 0..<4 { values[4 * block + lane] = converted[lane] }
    }
    guard whole * 4 < values.count else { return }
    let last = convert(words(block: whole, epoch: epoch, index: index))
    for position in whole * 4..<values.count { values[position] = last[position % 4] }
  }
}

/// Two independent standard normal draws of two words (Box and Muller, 1958). In double precision, so that two
/// systems' mathematics libraries agree once the result is rounded.
@inline(__always)
private func boxMuller(_ first: UInt32, _ second: UInt32) -> (cosine: Float, sine: Float) {
  let radius = (-2 * log((Double(first) + 1) * 0x1p-32)).squareRoot()
  let angle = 2 * Double.pi * (Double(second) * 0x1p-32)
  return (Float(radius * cos(angle)), Float(radius * sin(angle)))
}
