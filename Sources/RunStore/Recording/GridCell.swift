/// One picture of a sample grid.
public struct GridCell: Equatable, Sendable {
  /// Place in the grid, row by row from 0.
  public var index: Int
  /// Which noise it starts from: cells of equal noise index pair across runs.
  public var noiseIndex: Int
  /// Index of the class.
  public var label: Int
  public var labelName: String
  /// Width and height, in pixels.
  public var size: Int
  /// `size` × `size` × 3, row by row.
  public var rgb: [UInt8]

  public init(index: Int, noiseIndex: Int, label: Int, labelName: String, size: Int, rgb: [UInt8]) {
    precondition(rgb.count == size * size * 3, "a cell of \(size) × \(size) has \(rgb.count) bytes")
    self.index = index
    self.noiseIndex = noiseIndex
    self.label = label
    self.labelName = labelName
    self.size = size
    self.rgb = rgb
  }
}
