import Experiments
import Torch

extension Precision {
  var dtype: DType {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }

  /// What a network of float32 weights puts out when it computes in this precision, as float32.
  func callAsFunction(_ network: () throws -> Tensor) rethrows -> Tensor {
    try withAutocast(dtype, network).to(.float32)
  }
}
