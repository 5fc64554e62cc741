public import Torch

/// x·Wᵀ + b. Shape: [..., inputs] → [..., outputs].
public final class Linear: Module {
  public let weight: Parameter
  public let bias: Parameter?

  public init(_ inputs: Int, _ outputs: Int, bias: Bool = true) {
    let bound = 1 / Double(inputs).squareRoot()
    weight = Parameter("weight", shape: [outputs, inputs], .uniform(bound: bound))
    self.bias = bias ? Parameter("bias", shape: [outputs], .uniform(bound: bound)) : nil
  }

  public var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }

  /// - Parameter addend: added to the result, in the same pass; of its shape.
  public func callAsFunction(_ x: Tensor, plus addend: Tensor? = nil) -> Tensor {
    x.linear(weight.value, bias?.value, plus: addend)
  }
}

/// A square convolution with bias. Shape: [n, inputs, h, w] → [n, outputs, h', w'].
public final class Conv2d: Module {
  public let weight: Parameter
  public let bias: Parameter
  private let stride: Int
  private let padding: Int

  public init(_ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0) {
    let bound = 1 / Double(inputs * kernel * kernel).squareRoot()
    weight = Parameter("weight", shape: [outputs, inputs, kernel, kernel], .uniform(bound: bound))
    bias = Parameter("bias", shape: [outputs], .uniform(bound: bound))
    self.stride = stride
    self.padding = padding
  }

  public var parameters: [Parameter] { [weight, bias] }

  /// - Parameter addend: added to the result, in the same pass; of its shape.
  public func callAsFunction(_ x: Tensor, plus addend: Tensor? = nil) -> Tensor {
    x.conv2d(weight.value, bias.value, stride: stride, padding: padding, plus: addend)
  }

  /// Of `x` made larger first, each pixel repeated; for kernel 3, stride 1, padding 1.
  /// Shape: [n, inputs, h, w] → [n, outputs, height, width].
  public func callAsFunction(upsampling x: Tensor, height: Int, width: Int) -> Tensor {
    precondition(weight.value.extent(2) == 3 && stride == 1 && padding == 1)
    return x.upsampledConv2d(weight.value, bias.value, height: height, width: width)
  }
}

/// Shape: [n, channels, ...], unchanged. `groups` divides `channels`.
public final class GroupNorm: Module {
  public let weight: Parameter
  public let bias: Parameter
  private let groups: Int
  private let eps: Double

  public init(groups: Int, _ channels: Int, eps: Double) {
    weight = Parameter("weight", shape: [channels], .constant(1))
    bias = Parameter("bias", shape: [channels], .constant(0))
    self.groups = groups
    self.eps = eps
  }

  public var parameters: [Parameter] { [weight, bias] }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.groupNorm(groups: groups, weight.value, bias.value, eps: eps)
  }

  /// SiLU of the normalized `x`, in the same pass.
  /// - Parameter shift: [n, channels]; added to every pixel first.
  public func silu(_ x: Tensor, plus shift: Tensor? = nil) -> Tensor {
    x.groupNorm(groups: groups, weight.value, bias.value, eps: eps, plus: shift, silu: true)
  }
}

/// Shape: [..., channels], unchanged.
public final class LayerNorm: Module {
  public let weight: Parameter
  public let bias: Parameter
  private let eps: Double

  public init(_ channels: Int, eps: Double = 1e-5) {
    weight = Parameter("weight", shape: [channels], .constant(1))
    bias = Parameter("bias", shape: [channels], .constant(0))
    self.eps = eps
  }

  public var parameters: [Parameter] { [weight, bias] }

  public func callAsFunction(_ x: Tensor) -> Tensor { x.layerNorm(weight.value, bias.value, eps: eps) }
}

/// Srivastava et al. 2014. Shape: [n, ...], unchanged.
public final class Dropout: Module {
  /// 0..<1.
  public let probability: Double
  private let name: String

  /// - Parameter name: names the layer's random numbers; unique in the experiment.
  public init(_ probability: Double, name: String) {
    self.probability = probability
    self.name = name
  }

  public func callAsFunction(_ x: Tensor, _ mode: Mode) -> Tensor {
    guard case .training(let streams) = mode, probability > 0, !streams.isSilent(name) else { return x }
    return x.dropout(probability, key: streams.key(of: name), epoch: streams.epoch, indices: streams.indices)
  }
}
