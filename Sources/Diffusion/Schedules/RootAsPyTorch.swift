import Torch

extension Float {
  /// The square root with PyTorch's last digit, which isn't always the nearest: untrained networks sampled over many
  /// steps show even that.
  var rootAsPyTorch: Float { Float(Tensor([self], shape: []).squareRoot().item()) }
}
