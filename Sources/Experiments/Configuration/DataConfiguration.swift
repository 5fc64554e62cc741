/// Where the pictures come from, and which of them are trained on.
public struct DataConfiguration: Equatable, Sendable {
  public enum Source: String, CaseIterable, Sendable { case sprites, images, npy }

  /// How often each class is drawn in an epoch.
  public enum Balance: String, CaseIterable, Sendable {
    case none
    /// Weight 1 − n_class/N a sample.
    case oneMinusFrequency = "one-minus-frequency"
    /// Weight 1/n_class a sample.
    case inverseFrequency = "inverse-frequency"
  }

  /// What to do with a file that cannot be decoded.
  public enum BrokenPictures: String, CaseIterable, Sendable { case refuse, skip }

  /// A picture is bad where fewer than `whitePixels` of its pixels are pure white, or, with `whiteCorners`, any of
  /// its four corners is not.
  public struct Filter: Equatable, Sendable {
    public var whitePixels: Int?
    public var whiteCorners: Bool
  }

  /// Shares of the pictures, summing to 1.
  public struct Split: Equatable, Sendable {
    public var train: Double
    public var validation: Double
    public var test: Double
  }

  /// A class and the patterns of the files that belong to it; the first class that matches takes the file.
  public struct ClassPatterns: Equatable, Sendable {
    public var name: String
    public var patterns: [String]
  }

  /// What is done at random to pictures while they are trained on.
  public struct Augmentation: Equatable, Sendable {
    /// Probability that a picture is mirrored left to right, 0…1.
    public var flip: Double
    /// Least and greatest share of the area that is cut out, each in (0, 1]; nil: all of it.
    public var cropScale: [Double]?
    /// Least and greatest width over height of what is cut out.
    public var cropRatio: [Double]
  }

  public var source: Source
  /// Width and height, in pixels.
  public var size: Int
  /// Generation and split.
  public var seed: Int
  public var filter: Filter
  /// Root mean square difference, in levels of 0…255, up to which pictures are copies; nil: only exact copies are.
  public var nearDuplicates: Double?
  public var augmentation: Augmentation
  public var balance: Balance
  public var split: Split

  /// `sprites`: how many to draw.
  public var count: Int
  /// `sprites`: share of bad pictures, 0…1.
  public var bad: Double
  /// `sprites`: share of pictures that are exact copies of others, 0…1.
  public var duplicates: Double

  /// `images`: the folder, absolute once resolved.
  public var path: String?
  /// `images`: classes by pattern, in the order of the file; nil: by the first folder level.
  public var classes: [ClassPatterns]?
  /// `images`: what alpha is composited on: red, green, blue, 0…255.
  public var background: [Int]
  /// `images`: what to do with a file that cannot be decoded.
  public var broken: BrokenPictures

  /// `npy`: the pictures' file, absolute once resolved.
  public var pictures: String?
  /// `npy`: the labels' file, absolute once resolved.
  public var labels: String?
  /// `npy`: the classes in the order of the labels; nil: 0, 1, ….
  public var classNames: [String]?

  /// Where the source's files lie.
  var places: [String] { [path, pictures, labels].compactMap(\.self) }
}
