import Testing

@testable import Datasets
@testable import Experiments

@Suite struct SpriteTests {
  static let filter = DataConfiguration.Filter(whitePixels: 26, whiteCorners: true)

  @Test func `the classes have the tutorial's counts`() {
    #expect(SpriteClass.allotment(of: 89_400).map(\.1) == [8000, 32_400, 6000, 35_000, 8000])
    for count in [1, 7, 400, 4001] {
      #expect(SpriteClass.allotment(of: count).reduce(0) { $0 + $1.1 } == count)
    }
  }

  @Test func `the filter finds every spoilt sprite and no other`() throws {
    let clean = try Dataset.prepare(
      settings {
        $0.count = 2000
        $0.filter = Self.filter
      })
    #expect(clean.filteredCount == 0)
    let spoilt = try Dataset.prepare(
      settings {
        $0.count = 2000
        $0.filter = Self.filter
        $0.bad = 0.25
      })
    // A quarter of each class, evenly spread, so less than one is lost to rounding in each.
    #expect(zip(spoilt.filteredCounts, clean.classCounts()).allSatisfy { $0 == $1 / 4 })
  }

  @Test func `there are thousands of sprites, and as many copies as asked for`() throws {
    #expect(try Dataset.prepare(settings { $0.count = 4000 }).duplicates.count < 4)
    let copied = try Dataset.prepare(
      settings {
        $0.count = 2000
        $0.duplicates = 0.5
      })
    #expect((996...1002).contains(copied.duplicates.count))
  }

  @Test func `a sprite depends on its seed and place, not on how many there are`() throws {
    let few = try Dataset.prepare(
      settings {
        $0.count = 100
        $0.bad = 0.1
        $0.duplicates = 0.2
      })
    let many = try Dataset.prepare(
      settings {
        $0.count = 500
        $0.bad = 0.1
        $0.duplicates = 0.2
      })
    for label in few.classNames.indices {
      let a = few.labels.indices.filter { few.labels[$0] == label }
      let b = many.labels.indices.filter { many.labels[$0] == label }
      #expect(zip(a, b).allSatisfy { few.picture($0) == many.picture($1) })
    }
    let other = try Dataset.prepare(
      settings {
        $0.count = 100
        $0.seed = 1
      })
    #expect(other.digest != few.digest)
    #expect((0..<100).allSatisfy { few.picture($0) != other.picture($0) })
  }

  @Test func `sprites are enlarged by whole numbers only`() throws {
    let small = try Dataset.prepare(settings { $0.count = 20 })
    let large = try Dataset.prepare(
      settings {
        $0.count = 20
        $0.size = 32
      })
    #expect(small.picture(3).resized(width: 16, height: 16) == large.picture(3).resized(width: 16, height: 16))
    let error = #expect(throws: InputError.self) { try Dataset.prepare(settings { $0.size = 40 }) }
    #expect(error?.suggestion == "48")
  }
}
