import Files
import Foundation
import Testing

@testable import Datasets
@testable import Experiments

@Suite struct CopiesTests {
  private func pictures(_ pixels: [UInt8], size: Int) -> LabelledPictures {
    let labels = [Int](repeating: 0, count: pixels.count / (size * size * 3))
    return LabelledPictures(size: size, classNames: ["a"], pixels: pixels, labels: labels)
  }

  @Test func `near copies are the connected components that scikit-learn finds`() throws {
    let file = try NumPyFile(Data(Goldens.bytes("copies.npy")))
    let pictures = pictures(Array(file.bytes), size: 6)
    let expected = try JSONDecoder().decode([String: [Int]].self, from: Data(Goldens.bytes("copies.json")))
    #expect(expected.count == 6)
    for (threshold, components) in expected {
      let copies = Copies(in: pictures, threshold: Double(threshold))
      let groups = Dictionary(grouping: components.indices) { components[$0] }.values.sorted { $0[0] < $1[0] }
      #expect(copies.groups == groups, "threshold \(threshold)")
      #expect(copies.exact.count == 60 - Set((0..<60).map { pictures.picture($0) }).count)
      #expect(copies.exact.count + copies.near.count == 60 - groups.count)
    }
  }

  @Test func `pictures whose means agree, and block by block too, are told apart by their values`() {
    // Checkerboards of opposite phase: no difference in any mean, one of 2·amplitude in every value.
    var boards: [UInt8] = []
    for phase in 0..<2 {
      for pixel in 0..<8 * 8 {
        let isLight = (pixel / 8 + pixel + phase) % 2 == 0
        boards += [UInt8](repeating: isLight ? 133 : 123, count: 3)
      }
    }
    #expect(Copies(in: pictures(boards, size: 8), threshold: 9.99).groups == [[0], [1]])
    #expect(Copies(in: pictures(boards, size: 8), threshold: 10).groups == [[0, 1]])
  }

  @Test func `sizes that no block divides evenly have the same groups as every pair compared`() {
    let random = RandomNumbers(seed: 5)
    for size in [4, 7, 13] {
      let bytes = size * size * 3
      let centres = (0..<4).map { _ in (0..<bytes).map { _ in Int(random.next() * 200) } }
      let pixels = (0..<24).flatMap { index in
        centres[index % 4].map { UInt8($0 + Int(random.next() * Double(index))) }
      }
      let all = pictures(pixels, size: size)
      let differences = differences(of: all)
      for threshold in [3.0, 8, 12, 16] {
        #expect(
          Copies(in: all, threshold: threshold).groups == groups(differences, threshold: threshold),
          "\(size) pixels, threshold \(threshold)")
      }
    }
  }

  /// Root mean square, of every two.
  private func differences(of pictures: LabelledPictures) -> [[Double]] {
    let all = pictures.labels.indices.map { Array(pictures.picture($0)) }
    return all.map { a in
      all.map { b in
        var sum = 0
        for index in a.indices { sum += (Int(a[index]) - Int(b[index])) * (Int(a[index]) - Int(b[index])) }
        return (Double(sum) / Double(a.count)).squareRoot()
      }
    }
  }

  private func groups(_ differences: [[Double]], threshold: Double) -> [[Int]] {
    var group = Array(differences.indices)
    for a in group.indices {
      for b in 0..<a where differences[a][b] <= threshold {
        let (from, to) = (group[a], group[b])
        group = group.map { $0 == from ? to : $0 }
      }
    }
    return Dictionary(grouping: group.indices) { group[$0] }.values.sorted { $0[0] < $1[0] }
  }

  @Test func `near copies stay in one part of the split, are counted apart, and tell of classes that contradict`()
    throws
  {
    // Twenty pairs, 2 levels apart; the second of pair 3 is of the other class.
    var files: [String: [UInt8]] = [:]
    for pair in 0..<20 {
      files["a/\(pair)-first.png"] = plain(UInt8(10 * pair), 100, 200)
      files[pair == 3 ? "b/x.png" : "a/\(pair)-second.png"] = plain(UInt8(10 * pair + 2), 102, 202)
    }
    files["b/exact.png"] = files["a/7-first.png"]
    files["b/other.png"] = plain(250, 0, 0)
    let dataset = try withFolder(files) { root in
      try Dataset.prepare(
        settings(.images) {
          $0.path = root.path
          $0.size = 4
          $0.nearDuplicates = 2
        })
    }
    #expect(dataset.count == 42)
    #expect(dataset.duplicates.count == 1)
    #expect(dataset.nearDuplicates.count == 20)
    #expect(dataset.copyGroups.count == 20)
    #expect(dataset.contradictions.count == 2)
    let parts = [dataset.split.train, dataset.split.validation, dataset.split.test].map(Set.init)
    for group in dataset.copyGroups { #expect(parts.contains { $0.isSuperset(of: group) }) }
  }
}

/// A small generator, so that a failure comes again.
private final class RandomNumbers {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53
  }
}
