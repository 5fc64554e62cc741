import Crypto

/// Which pictures are copies of one another.
struct Copies: Equatable {
  /// Indices of pictures, in rising order within a group, groups in the order of their first ones; a picture without
  /// copies is a group of its own.
  let groups: [[Int]]
  /// Pictures that equal an earlier one pixel by pixel, in rising order.
  let exact: [Int]

  /// - Parameter threshold: the root mean square difference of two pictures' values, in levels 0…255, up to which they
  ///   are copies; what copies of a picture are copies of belongs to its group too. Nil: only exact copies are.
  init(in pictures: LabelledPictures, threshold: Double?) {
    let exact = Self.exact(in: pictures)
    self.exact = exact.flatMap { $0.dropFirst() }.sorted()
    guard let threshold else {
      groups = exact
      return
    }
    let linked = NearCopies(pictures, of: exact.map { $0[0] }, threshold: threshold).groups
    groups = linked.map { $0.flatMap { exact[$0] }.sorted() }.sorted { $0[0] < $1[0] }
  }

  /// Pictures that are near copies of an earlier one, and exact copies of none, in rising order.
  var near: [Int] {
    let exact = Set(exact)
    return groups.flatMap { $0.dropFirst().filter { !exact.contains($0) } }.sorted()
  }

  private static func exact(in pictures: LabelledPictures) -> [[Int]] {
    var groups: [[Int]] = []
    var groupOfContent: [SHA256.Digest: Int] = [:]
    pictures.pixels.withUnsafeBytes { bytes in
      for index in pictures.labels.indices {
        let start = index * pictures.bytesPerPicture
        var hash = SHA256()
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[start..<start + pictures.bytesPerPicture]))
        let content = hash.finalize()
        let group = groupOfContent[content, default: groups.count]
        if group == groups.count {
          groupOfContent[content] = group
          groups.append([])
        }
        groups[group].append(index)
      }
    }
    return groups
  }
}
