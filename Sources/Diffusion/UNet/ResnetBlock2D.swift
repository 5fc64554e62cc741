import Torch
import TorchNN

/// norm, SiLU, conv; the time's projection added; norm, SiLU, dropout, conv; and the input added.
/// Shapes: [n, inputs, h, w], time [n, timeChannels], or [1, timeChannels] for all → [n, outputs, h, w].
final class ResnetBlock2D: Module {
  private let norm1: GroupNorm
  private let conv1: Conv2d
  private let timeProjection: Linear
  private let norm2: GroupNorm
  private let dropout: Dropout
  private let conv2: Conv2d
  private let shortcut: Conv2d?

  init(
    _ inputs: Int, _ outputs: Int, timeChannels: Int, _ configuration: UNet2DConditionModel.Configuration, name: String
  ) {
    let (groups, eps) = (configuration.normGroups, configuration.normEpsilon)
    norm1 = GroupNorm(groups: groups, inputs, eps: eps)
    conv1 = Conv2d(inputs, outputs, kernel: 3, padding: 1)
    timeProjection = Linear(timeChannels, outputs)
    norm2 = GroupNorm(groups: groups, outputs, eps: eps)
    dropout = Dropout(configuration.dropout, name: name)
    conv2 = Conv2d(outputs, outputs, kernel: 3, padding: 1)
    shortcut = inputs == outputs ? nil : Conv2d(inputs, outputs, kernel: 1)
  }

  var children: [(key: String, module: any Module)] {
    [("norm1", norm1), ("conv1", conv1), ("time_emb_proj", timeProjection), ("norm2", norm2), ("conv2", conv2)]
      + (shortcut.map { [("conv_shortcut", $0)] } ?? [])
  }

  /// - Parameter time: SiLU of the time embedding, which all blocks share.
  func callAsFunction(_ x: Tensor, time: Tensor, _ mode: Mode) -> Tensor {
    let shift = timeProjection(time).expanded([x.extent(0), -1])
    let h = norm2.silu(conv1(norm1.silu(x)), plus: shift)
    return conv2(dropout(h, mode), plus: shortcut.map { $0(x) } ?? x)
  }
}
