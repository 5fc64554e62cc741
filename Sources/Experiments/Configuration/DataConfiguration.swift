/// Where the pictures come from, and which of them are trained on.
public struct DataConfiguration: Equatable, Sendable {
  public enum Source: String, CaseIterable, Sendable { case sprites, images }

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

  public var source: Source
  /// Width and height, in pixels.
  public var size: Int
  /// Generation and split.
  public var seed: Int
  public var filter: Filter
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
}
