import Experiments
import Files
import Foundation
import Testing

@testable import Datasets

@Suite struct ArrayTests {
  private static func npy(
    _ pictures: String = "uint8", _ labels: String = "one-hot", _ change: (inout DataConfiguration) -> Void = { _ in }
  ) throws -> DataConfiguration {
    let files = (try Goldens.url("pictures-\(pictures).npy").path, try Goldens.url("labels-\(labels).npy").path)
    return settings(.npy) {
      ($0.pictures, $0.labels) = files
      $0.size = 4
      change(&$0)
    }
  }

  private func message(_ configuration: DataConfiguration) -> String {
    do {
      _ = try Dataset.prepare(configuration)
      return "nothing was thrown"
    } catch {
      let folder = URL(filePath: configuration.pictures ?? "").deletingLastPathComponent().path
      return "\(error)".replacing(folder, with: "FOLDER")
    }
  }

  @Test func `levels come as NumPy has them, with a class each`() throws {
    let dataset = try Dataset.prepare(Self.npy())
    let file = try Goldens.bytes("pictures-uint8.npy")
    #expect(dataset.pixels == Array(file.suffix(12 * 4 * 4 * 3)))
    #expect(dataset.pixels.prefix(3) == [0, 128, 255])
    #expect(dataset.labels == (0..<12).map { $0 * 7 % 5 })
    #expect(dataset.classNames == ["0", "1", "2", "3", "4"])
    #expect(dataset.understood == nil)
  }

  @Test(arguments: [("float16", "0…1"), ("float32", "0…1"), ("float64", "−1…1")])
  func `floating-point pictures are understood by their range, and say how`(type: String, range: String) throws {
    let dataset = try Dataset.prepare(Self.npy(type))
    #expect(try dataset.pixels == Dataset.prepare(Self.npy()).pixels)
    #expect(dataset.understood?.contains("in \(range)") == true)
  }

  @Test(arguments: ["one-hot", "one-hot-bool", "one-hot-fortran", "int64", "uint16-column"])
  func `labels may be one-hot or numbers, of any type and order`(labels: String) throws {
    #expect(try Dataset.prepare(Self.npy("uint8", labels)).labels == (0..<12).map { $0 * 7 % 5 })
  }

  @Test func `pictures of another size are resized as images are`() throws {
    let whole = try Dataset.prepare(Self.npy())
    let half = try Dataset.prepare(Self.npy { $0.size = 2 })
    #expect((0..<12).allSatisfy { half.picture($0) == whole.picture($0).resized(width: 2, height: 2) })
  }

  @Test(arguments: [
    (
      "channels-first", "one-hot",
      "data.pictures: the array's shape is (12, 3, 4, 4), and (n, height, width, 3) is needed"
    ),
    ("fortran", "one-hot", "data.pictures: the array lies in Fortran's order"),
    ("int64", "one-hot", "data.pictures: its elements are of type '<i8'; pictures are uint8 (0…255) or floating-point"),
    (
      "big-endian", "one-hot",
      "data.pictures: 'FOLDER/pictures-big-endian.npy' holds elements of type '>f4', which Darkroom doesn't read; it is "
        + "big-endian, and .astype('<f4') turns it round"
    ),
    ("uint8", "two-ones", "data.labels: row 7, counted from 0, has a 1 in the columns 0, 4"),
    ("uint8", "no-one", "data.labels: row 4, counted from 0, has no 1"),
    ("uint8", "soft", "data.labels: row 0, counted from 0, holds 0.6, and is no one-hot label"),
    ("uint8", "negative", "data.labels: row 0, counted from 0, holds -1, and classes are numbered from 0"),
    ("uint8", "gap", "data.labels: no picture is of class 0, counted from 0 ('0')"),
    ("uint8", "eleven", "data.labels: there are 11 labels for 12 pictures"),
  ])
  func `arrays that are no pictures or labels are refused by what is wrong`(
    pictures: String, labels: String, expected: String
  ) throws {
    #expect(message(try Self.npy(pictures, labels)).hasPrefix(expected))
  }

  @Test func `numbers out of the known ranges, and numbers that are none, are refused`() throws {
    let whole = try Goldens.bytes("pictures-float32.npy")
    for (value, expected) in [
      (Float(1.25), "data.pictures: its floating-point numbers reach from 0.0 to 1.25, and only 0…1 and −1…1 are"),
      (.nan, "data.pictures: picture 11, counted from 0, holds the value nan"),
    ] {
      let last = withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
      try withFolder(["p.npy": whole.dropLast(4) + last]) { folder in
        let configuration = try Self.npy { $0.pictures = folder.appending(path: "p.npy").path }
        #expect(message(configuration).hasPrefix(expected), "\(message(configuration))")
      }
    }
  }

  @Test func `a file that is missing is told with the nearest one, and class names that don't fit with their count`()
    throws
  {
    #expect(
      message(try Self.npy("uint9")) == "data.pictures: there is no file 'FOLDER/pictures-uint9.npy'. "
        + "Did you mean 'FOLDER/pictures-uint8.npy'?")
    #expect(
      message(try Self.npy { $0.classNames = ["a", "b"] }) == "data.class_names: there are 2 names for 5 classes")
  }

  @Test func `the source digest follows the contents of both files and not their names`() throws {
    let original = try Dataset.sourceDigest(Self.npy())
    try withFolder(["other.npy": Goldens.bytes("pictures-uint8.npy")]) { folder in
      let moved = try Self.npy { $0.pictures = folder.appending(path: "other.npy").path }
      #expect(try Dataset.sourceDigest(moved) == original)
    }
    #expect(try Dataset.sourceDigest(Self.npy("float32")) != original)
    #expect(try Dataset.sourceDigest(Self.npy("uint8", "int64")) != original)
    #expect(throws: InputError.self) { try Dataset.sourceDigest(Self.npy("uint8", "eleven")) }
  }
}
