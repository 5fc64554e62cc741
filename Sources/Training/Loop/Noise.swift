import Randomness
import Torch

extension RandomStream {
  /// Standard normal noise, a picture an index. Shape: [indices, shape...].
  func normal(shape: [Int], epoch: Int, indices: some Collection<Int>) -> Tensor {
    let width = shape.reduce(1, *)
    let count = width * indices.count
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      for (row, index) in indices.enumerated() {
        fillNormal(
          UnsafeMutableBufferPointer(rebasing: buffer[row * width..<(row + 1) * width]), epoch: epoch, index: index)
      }
      initialized = count
    }
    return Tensor(values, shape: [indices.count] + shape)
  }
}
