import Foundation

@testable import Datasets
@testable import Experiments

/// Settings with the file format's defaults, less those that a test changes.
func settings(
  _ source: DataConfiguration.Source = .sprites, _ change: (inout DataConfiguration) -> Void = { _ in }
) -> DataConfiguration {
  var configuration = try! Configuration(settings: ["data.source": .string(source.rawValue), "data.count": 400]).data
  change(&configuration)
  return configuration
}

enum Goldens {
  static func url(_ name: String) throws -> URL {
    guard let folder = Bundle.module.url(forResource: "Goldens", withExtension: nil) else {
      throw DecodingError("the goldens are not in the test bundle")
    }
    return folder.appendingPathComponent(name)
  }

  static func bytes(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: url(name))) }

  /// The pixels that `scripts/golden-datasets.py` wrote.
  static func picture(_ name: String) throws -> Picture {
    let bytes = try bytes("\(name).rgb")
    return Picture(
      width: Int(bytes[0]) | Int(bytes[1]) << 8, height: Int(bytes[2]) | Int(bytes[3]) << 8,
      pixels: Array(bytes.dropFirst(4)))
  }
}

/// The largest difference of two pictures' values; nil where their sizes differ.
func difference(_ a: Picture, _ b: Picture) -> Int? {
  guard a.width == b.width, a.height == b.height else { return nil }
  return zip(a.pixels, b.pixels).map { abs(Int($0) - Int($1)) }.max()
}

/// Runs `body` with a folder of its own that holds `files`.
func withFolder<Result>(
  _ files: [String: [UInt8]] = [:], _ body: (URL) throws -> Result
) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("darkroom-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: folder) }
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  for (name, bytes) in files {
    let file = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }
  return try body(folder)
}

/// A picture of one colour as a PNG file.
func plain(_ red: UInt8, _ green: UInt8 = 0, _ blue: UInt8 = 0, size: Int = 4) -> [UInt8] {
  Picture(width: size, height: size, red: red, green: green, blue: blue).png()
}
