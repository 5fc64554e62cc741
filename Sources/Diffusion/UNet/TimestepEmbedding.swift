import Foundation
import Torch
import TorchNN

/// The sinusoidal features of a timestep (Ho et al. 2020, after Vaswani et al. 2017, section 3.5): cosines, then sines.
/// - Parameters:
///   - timesteps: [n].
///   - channels: even.
/// - Returns: [n, channels].
func timestepFeatures(_ timesteps: Tensor, channels: Int) -> Tensor {
  let half = channels / 2
  let exponents = Tensor((0..<half).map { Float($0) }, shape: [half]) * -Foundation.log(10_000.0)
  let frequencies = (exponents / Tensor.full([], Double(half))).exp()
  let angles = timesteps.to(.float32).reshaped([-1, 1]) * frequencies.reshaped([1, half])
  return Tensor.concatenated([angles.cos(), angles.sin()], dimension: 1)
}

/// Linear, SiLU, Linear. Shape: [n, inputs] → [n, outputs].
final class TimestepEmbedding: Module {
  private let linear1: Linear
  private let linear2: Linear

  init(_ inputs: Int, _ outputs: Int) {
    linear1 = Linear(inputs, outputs)
    linear2 = Linear(outputs, outputs)
  }

  var children: [(key: String, module: any Module)] { [("linear_1", linear1), ("linear_2", linear2)] }

  func callAsFunction(_ x: Tensor) -> Tensor { linear2(linear1(x).silu()) }
}
