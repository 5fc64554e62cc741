import Crypto

/// Random numbers by position, not by history: each is a function of (seed, purpose, name) and of (epoch, index,
/// element), so nothing needs saving, and a draw more here changes no draw there.
///
/// ## Layout
/// The key is the first 8 bytes of SHA-256 of the UTF-8 text `seed/purpose/name`, as two little-endian words. The
/// counter is (block, index, epoch, 0), where block = element / 4, and element % 4 is the word of the block. Kernels in
/// other languages reproduce a stream from `key` and this.
///
/// `epoch`, `index` and `element` are never negative; epoch and index are below 2³², element is below 2³⁴.
public struct RandomStream: Sendable {
  public let key: SIMD2<UInt32>

  /// - Parameters:
  ///   - purpose: what the numbers are for, such as `order` or `noise`; other purposes give independent streams.
  ///   - name: tells streams of one purpose apart, such as a parameter's name.
  public init(seed: Int, purpose: String, name: String = "") {
    let digest = SHA256.hash(data: Array("\(seed)/\(purpose)/\(name)".utf8))
    var words = SIMD2<UInt32>()
    for (position, byte) in digest.prefix(8).enumerated() {
      words[position / 4] |= UInt32(byte) << UInt32(8 * (position % 4))
    }
    key = words
  }

  /// Four words of the stream: elements 4·block … 4·block + 3.
  @inlinable
  func words(block: Int, epoch: Int, index: Int) -> SIMD4<UInt32> {
    Philox4x32.block(counter: SIMD4(UInt32(block), UInt32(index), UInt32(epoch), 0), key: key)
  }

  /// 32 uniformly distributed bits.
  public func bits(epoch: Int = 0, index: Int = 0, element: Int = 0) -> UInt32 {
    words(block: element / 4, epoch: epoch, index: index)[element % 4]
  }

  /// A multiple of 2⁻³² in [0, 1).
  public func uniform(epoch: Int = 0, index: Int = 0, element: Int = 0) -> Double {
    Double(bits(epoch: epoch, index: index, element: element)) * 0x1p-32
  }

  /// A whole number in 0..<`bound`, where `bound` is in 1…2³²; no number is favoured by more than 2⁻³².
  public func integer(below bound: Int, epoch: Int = 0, index: Int = 0, element: Int = 0) -> Int {
    precondition(bound > 0 && bound <= 1 << 32, "integer(below: \(bound)): the bound is not in 1…2³²")
    return Int((UInt64(bits(epoch: epoch, index: index, element: element)) * UInt64(bound)) >> 32)
  }

  /// The numbers 0..<`count` in random order (Fisher–Yates; element i decides what comes to position i).
  public func permutation(of count: Int, epoch: Int = 0) -> [Int] {
    var order = Array(0..<count)
    for position in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(position, integer(below: position + 1, epoch: epoch, element: position))
    }
    return order
  }
}
