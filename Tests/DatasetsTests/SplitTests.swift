import Foundation
import Testing

@testable import Datasets
@testable import Experiments

@Suite struct SplitTests {
  static let shares = DataConfiguration.Split(train: 0.8, validation: 0.1, test: 0.1)

  @Test func `copies stay together, and every picture is in one part`() throws {
    let dataset = try Dataset.prepare(
      settings {
        $0.count = 1000
        $0.duplicates = 0.6
      })
    let parts = [dataset.split.train, dataset.split.validation, dataset.split.test]
    #expect(parts.flatMap(\.self).sorted() == Array(0..<1000))
    let contents = parts.map { part in Set(part.map { dataset.picture($0).pixels }) }
    #expect(contents[0].isDisjoint(with: contents[1]))
    #expect(contents[0].isDisjoint(with: contents[2]))
    #expect(contents[1].isDisjoint(with: contents[2]))
  }

  @Test func `shares are exact where nothing is copied, and as near as a group where all is`() throws {
    let split = try Dataset.split((0..<1000).map { [$0] }, shares: Self.shares, seed: 3)
    let counts = [split.train, split.validation, split.test].map(\.count)
    #expect(counts == [800, 100, 100])
    let groups = (0..<894).map { group in (0..<100).map { group + 894 * $0 } }
    let copied = try Dataset.split(groups, shares: Self.shares, seed: 3)
    for (part, share) in zip([copied.train, copied.validation, copied.test], [0.8, 0.1, 0.1]) {
      #expect(abs(Double(part.count) - share * 89_400) < 100)
    }
  }

  @Test func `the split follows its seed`() throws {
    let groups = (0..<100).map { [$0] }
    #expect(
      try Dataset.split(groups, shares: Self.shares, seed: 1) == Dataset.split(groups, shares: Self.shares, seed: 1))
    #expect(
      try Dataset.split(groups, shares: Self.shares, seed: 1) != Dataset.split(groups, shares: Self.shares, seed: 2))
  }

  @Test func `a part that stays empty is refused by name`() {
    let error = #expect(throws: InputError.self) {
      try Dataset.split([[0, 1, 2, 3]], shares: Self.shares, seed: 0)
    }
    #expect(error?.message == "data.split.validation: 0.1 of 4 pictures (1 of them different) leaves none")
  }

  @Test func `a filter that empties a class is refused`() throws {
    try withFolder(["a/x.png": plain(255, 255, 255), "b/y.png": plain(1), "b/z.png": plain(2)]) { root in
      let error = #expect(throws: InputError.self) {
        try Dataset.prepare(
          settings(.images) {
            $0.path = root.path
            $0.filter.whiteCorners = true
          })
      }
      #expect(
        error?.message == "data.filter.white_corners: the filter takes out every picture of class 'b' (2 of them)")
    }
  }

  @Test func `the filter counts white pixels and looks at all four corners`() {
    let white = [UInt8](repeating: 255, count: 16 * 16 * 3)
    func isBad(_ pixels: [UInt8], _ least: Int?, _ corners: Bool) -> Bool {
      Dataset.isBad(pixels[...], size: 16, .init(whitePixels: least, whiteCorners: corners))
    }
    for corner in [0, 15, 240, 255] {
      var pixels = white
      pixels[3 * corner + 1] = 254
      #expect(isBad(pixels, nil, true))
      #expect(!isBad(pixels, nil, false))
    }
    var filled = [UInt8](repeating: 0, count: white.count)
    for pixel in 100..<126 { filled.replaceSubrange(3 * pixel..<3 * pixel + 3, with: [255, 255, 255]) }
    #expect(!isBad(filled, 26, false))
    #expect(isBad(filled, 27, false))
    #expect(!isBad(white, 256, true))
  }
}
