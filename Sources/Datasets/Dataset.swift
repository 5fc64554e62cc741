public import Experiments

/// Pictures with their classes, filtered and split, as a network is trained on them.
public struct Dataset: Sendable {
  /// Indices of pictures, each in rising order; copies of a picture are all in the same part.
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
  /// How the source's numbers were taken, a sentence; nil where nothing had to be decided.
  public let understood: String?
  /// Pictures that the filter took out.
  let rejected: LabelledPictures
  let copies: Copies

  public var count: Int { labels.count }
  /// Pictures that the filter took out, a class each.
  public var filteredCounts: [Int] { Self.counts(rejected.labels, of: classNames.count) }
  public var filteredCount: Int { rejected.labels.count }
  /// Pictures that equal an earlier one pixel by pixel, whatever their class; indices in rising order.
  public var duplicates: [Int] { copies.exact }
  /// Pictures that differ from an earlier one by no more than the settings let copies differ, and equal none; indices
  /// in rising order.
  public var nearDuplicates: [Int] { copies.near }
  /// Groups of two and more copies, as indices in rising order, in the order of their first ones.
  public var copyGroups: [[Int]] { copies.groups.filter { $0.count > 1 } }
  /// Groups of copies that are of more than one class.
  public var contradictions: [[Int]] { copyGroups.filter { Set($0.map { labels[$0] }).count > 1 } }

  /// Pictures a class, among those at `indices` (all of them by default).
  public func classCounts(of indices: [Int]? = nil) -> [Int] {
    Self.counts(indices.map { $0.map { labels[$0] } } ?? labels, of: classNames.count)
  }

  /// How many of `labels` are of each of `classes` classes.
  public static func counts(_ labels: [Int], of classes: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: classes)
    for label in labels { counts[label] += 1 }
    return counts
  }

  /// How often training draws each class, as shares of 1, in the order of the class names.
  public func classShares(_ balance: DataConfiguration.Balance) -> [Double] {
    EpochOrder.classShares(counts: classCounts(of: split.train), balance)
  }

  public func picture(_ index: Int) -> Picture {
    let bytes = size * size * 3
    return Picture(width: size, height: size, pixels: Array(pixels[index * bytes..<(index + 1) * bytes]))
  }
}

extension Dataset {
  /// Draws or reads the pictures, takes out what the filter flags, finds copies, and splits.
  ///
  /// - Parameter progress: told, as pictures are drawn or read, how many of how many are.
  /// - Throws: `InputError` where the settings can't be met: a file is missing, broken and not to be skipped, or no
  ///   array of pictures or labels; a class or a part of the split is left empty.
  public static func prepare(
    _ configuration: DataConfiguration, progress: (_ done: Int, _ count: Int) -> Void = { _, _ in }
  ) throws -> Dataset {
    let found =
      switch configuration.source {
      case .sprites: try sprites(configuration, progress: progress)
      case .images: try images(configuration, progress: progress)
      case .npy: try arrays(ArrayPair(configuration), size: configuration.size, progress: progress)
      }
    let (kept, rejected) = try filter(found, configuration.filter)
    let copies = Copies(in: kept, threshold: configuration.nearDuplicates)
    let split = try split(copies.groups, shares: configuration.split, seed: configuration.seed)
    return Dataset(
      size: kept.size, pixels: kept.pixels, labels: kept.labels, classNames: kept.classNames, split: split,
      digest: digest(of: kept, split: split), broken: kept.broken, understood: kept.understood, rejected: rejected,
      copies: copies)
  }

  /// What `prepare` depends on beyond its settings, as SHA-256 in hex: for images the files' names and bytes, for npy
  /// the bytes of both files; nothing (an empty text) for sprites.
  ///
  /// - Throws: `InputError` where a file or folder is missing, or a class has no file.
  public static func sourceDigest(_ configuration: DataConfiguration) throws -> String {
    switch configuration.source {
    case .sprites: ""
    case .images: try ImageFolder(configuration).digest()
    case .npy: try ArrayPair.digest(configuration)
    }
  }
}
