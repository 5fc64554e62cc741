public import Experiments

/// Pictures with their classes, filtered and split, as a network is trained on them.
public struct Dataset: Sendable {
  /// Indices of pictures, each in rising order; exact copies of a picture are all in the same part.
  public struct Split: Equatable, Sendable {
    public let train: [Int]
    public let validation: [Int]
    public let test: [Int]

    public init(train: [Int], validation: [Int], test: [Int]) {
      (self.train, self.validation, self.test) = (train, validation, test)
    }
  }

  /// Pictures are size × size.
  public let size: Int
  /// count × size × size × 3: red, green, blue.
  public let pixels: [UInt8]
  /// Indices into `classNames`, one a picture.
  public let labels: [Int]
  public let classNames: [String]
  public let split: Split
  /// SHA-256, in hex, of all that can be trained on: pixels, labels, class names and split.
  public let digest: String
  /// Files that were skipped, where the settings say so.
  public let broken: [BrokenPicture]
  /// Pictures that the filter took out, a class each.
  public let filteredCounts: [Int]
  /// Pictures that are exact copies of an earlier one, whatever their class.
  public let duplicateCount: Int

  public var count: Int { labels.count }
  public var filteredCount: Int { filteredCounts.reduce(0, +) }

  /// Pictures a class, among those at `indices` (all of them by default).
  public func classCounts(of indices: [Int]? = nil) -> [Int] {
    var counts = [Int](repeating: 0, count: classNames.count)
    for index in indices ?? Array(0..<count) { counts[labels[index]] += 1 }
    return counts
  }

  public func picture(_ index: Int) -> Picture {
    let bytes = size * size * 3
    return Picture(width: size, height: size, pixels: Array(pixels[index * bytes..<(index + 1) * bytes]))
  }
}

extension Dataset {
  /// Draws or reads the pictures, takes out what the filter flags, finds copies, and splits.
  ///
  /// - Throws: `InputError` where the settings can't be met: a folder is missing, files are broken and not to be
  ///   skipped, a class or a part of the split is left empty.
  public static func prepare(_ configuration: DataConfiguration) throws -> Dataset {
    let found =
      switch configuration.source {
      case .sprites: try sprites(configuration)
      case .images: try images(configuration)
      case .npy: throw InputError("data.source: npy is not available in this version")
      }
    let filtered = try filter(found, configuration.filter)
    let groups = copies(in: filtered.pictures)
    let split = try split(groups, shares: configuration.split, seed: configuration.seed)
    return Dataset(
      size: filtered.pictures.size, pixels: filtered.pictures.pixels, labels: filtered.pictures.labels,
      classNames: filtered.pictures.classNames, split: split, digest: digest(of: filtered.pictures, split: split),
      broken: filtered.pictures.broken, filteredCounts: filtered.counts,
      duplicateCount: filtered.pictures.labels.count - groups.count)
  }

  /// What `prepare` depends on beyond its settings: for images SHA-256, in hex, of the names and bytes of the files;
  /// nothing (an empty text) for sprites.
  ///
  /// - Throws: `InputError` where the folder is missing or a class has no file.
  public static func sourceDigest(_ configuration: DataConfiguration) throws -> String {
    switch configuration.source {
    case .sprites: ""
    case .images: try ImageFolder(configuration).digest()
    case .npy: throw InputError("data.source: npy is not available in this version")
    }
  }
}
