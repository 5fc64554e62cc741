public import Torch

extension Tensor {
  /// Pictures of 8 bits from values in ±1: (x/2 + .5), clamped, rounded. Shape: [n, c, h, w] → n·h·w·c bytes.
  public func pictureBytes() -> [UInt8] {
    ((self / 2 + 0.5).clamped(0, 1) * 255).rounded().permuted([0, 2, 3, 1]).values(as: UInt8.self)
  }
}
