import Randomness
import Torch

extension RandomStream {
  /// Standard normal noise, a picture an index. Shape: [indices, shape...].
  func normal(shape: [Int], epoch: Int, indices: some Collection<Int>) -> Tensor {
    Tensor(
      normalValues(shape.reduce(1, *), epoch: epoch, indices: indices), shape: [indices.count] + shape)
  }

  /// `width` values an index.
  func normalValues(_ width: Int, epoch: Int, indices: some Collection<Int>) -> [Float] {
    let count = width * indices.count
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      for (row, index) in indices.enumerated() {
        fillNormal(
          UnsafeMutableBufferPointer(rebasing: buffer[row * width..<(row + 1) * width]), epoch: epoch, index: index)
      }
      initialized = count
    }
  }
}
