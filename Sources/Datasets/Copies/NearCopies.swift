/// The connected components of pictures whose root mean square difference is at most a threshold: exactly those that
/// comparing every pair would find, without doing so.
///
/// A picture's projection on an orthonormal set of vectors is no further from another's than the picture itself is. So
/// pairs are looked for among pictures whose overall means are near, which sorting finds; then the means of 4 × 4
/// blocks are compared; and what passes both is compared value by value, in whole numbers, unless it is linked already.
struct NearCopies {
  private let pixels: [UInt8]
  private let bytesPerPicture: Int
  /// Greatest sum of squared differences of two copies.
  private let limit: Int
  /// Pictures by rising mean.
  private let sketches: [Sketch]
  /// How many pictures are asked about.
  private let count: Int

  /// - Parameters:
  ///   - members: the pictures asked about, as indices into `pictures`.
  ///   - threshold: in levels 0…255.
  init(_ pictures: LabelledPictures, of members: [Int], threshold: Double) {
    pixels = pictures.pixels
    bytesPerPicture = pictures.bytesPerPicture
    limit = Int(min(threshold, 255) * min(threshold, 255) * Double(bytesPerPicture))
    count = members.count
    sketches = members.enumerated()
      .map { Sketch(pictures.picture($1), size: pictures.size, member: $0, picture: $1) }
      .sorted { ($0.mean, $0.member) < ($1.mean, $1.member) }
  }

  /// Positions in `members`; a picture that no other is near is a group of its own.
  var groups: [[Int]] {
    let root = Double(limit).squareRoot()
    // Sums of whole numbers are rounded once each when they become projections.
    let meanReach = root + 1e-6
    let blockReach = Float((root * 1.00001 + 0.1) * (root * 1.00001 + 0.1))
    var links = Links(count: count)
    pixels.withUnsafeBufferPointer { pixels in
      guard let base = pixels.baseAddress else { return }
      sketches.withUnsafeBufferPointer { sketches in
        for (position, sketch) in sketches.enumerated() {
          var next = position + 1
          while next < sketches.count, sketches[next].mean - sketch.mean <= meanReach {
            let other = sketches[next]
            if sketch.squaredDistance(to: other) <= blockReach, !links.areLinked(sketch.member, other.member),
              squaredDistance(base + sketch.picture * bytesPerPicture, base + other.picture * bytesPerPicture) <= limit
            {
              links.link(sketch.member, other.member)
            }
            next += 1
          }
        }
      }
    }
    return links.groups
  }

  /// Of all values of two pictures; some number above `limit` where it is above that.
  private func squaredDistance(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>) -> Int {
    var sum = 0
    var start = 0
    while start < bytesPerPicture, sum <= limit {
      let end = min(start &+ 768, bytesPerPicture)
      var part: Int32 = 0
      for offset in start..<end {
        let difference = Int32(a[offset]) &- Int32(b[offset])
        part &+= difference &* difference
      }
      sum += Int(part)
      start = end
    }
    return sum
  }
}

/// A picture's projections on the constant vector, and on the vectors that are constant on a block of a channel.
private struct Sketch {
  let mean: Double
  let blocks: (SIMD16<Float>, SIMD16<Float>, SIMD16<Float>)
  let member: Int
  let picture: Int

  private static let across = 4

  init(_ values: ArraySlice<UInt8>, size: Int, member: Int, picture: Int) {
    self.member = member
    self.picture = picture
    var sums = [Int](repeating: 0, count: 3 * Self.across * Self.across)
    var counts = sums
    let blockOf = (0..<size).map { $0 * Self.across / size }
    var at = values.startIndex
    for row in 0..<size {
      for column in 0..<size {
        let block = blockOf[row] * Self.across + blockOf[column]
        for channel in 0..<3 {
          sums[16 * channel + block] += Int(values[at])
          counts[16 * channel + block] += 1
          at += 1
        }
      }
    }
    mean = Double(sums.reduce(0, +)) / Double(values.count).squareRoot()
    let projected = zip(sums, counts).map { $1 == 0 ? 0 : Float(Double($0) / Double($1).squareRoot()) }
    blocks = (SIMD16(projected[0..<16]), SIMD16(projected[16..<32]), SIMD16(projected[32..<48]))
  }

  func squaredDistance(to other: Sketch) -> Float {
    let differences = (blocks.0 - other.blocks.0, blocks.1 - other.blocks.1, blocks.2 - other.blocks.2)
    return
      (differences.0 * differences.0 + differences.1 * differences.1 + differences.2 * differences.2).sum()
  }
}

/// Disjoint sets of 0..<count (Tarjan 1975), each known by its least member.
private struct Links {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  mutating func areLinked(_ a: Int, _ b: Int) -> Bool { root(a) == root(b) }

  mutating func link(_ a: Int, _ b: Int) {
    let (a, b) = (root(a), root(b))
    parents[max(a, b)] = min(a, b)
  }

  /// In the order of their least members, each in rising order.
  var groups: [[Int]] {
    var links = self
    var members: [Int: [Int]] = [:]
    for element in parents.indices { members[links.root(element), default: []].append(element) }
    return members.sorted { $0.key < $1.key }.map(\.value)
  }

  private mutating func root(_ element: Int) -> Int {
    var element = element
    while parents[element] != element {
      parents[element] = parents[parents[element]]
      element = parents[element]
    }
    return element
  }
}
