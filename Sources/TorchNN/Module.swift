public import Torch

/// A part of a network: it owns parameters, by the keys under which checkpoints hold them, and other modules.
public protocol Module: AnyObject {
  /// Its own, without those of its children.
  var parameters: [Parameter] { get }
  /// Its own, without those of its children.
  var buffers: [Buffer] { get }
  /// By the key that goes before theirs.
  var children: [(key: String, module: any Module)] { get }
}

extension Module {
  public var parameters: [Parameter] { [] }
  public var buffers: [Buffer] { [] }
  public var children: [(key: String, module: any Module)] { [] }

  /// All parameters below this module, with their full keys, in the order of the modules.
  public func namedParameters(prefix: String = "") -> [(name: String, parameter: Parameter)] {
    parameters.map { (prefix + $0.key, $0) }
      + children.flatMap { $0.module.namedParameters(prefix: "\(prefix)\($0.key).") }
  }

  /// All buffers below this module, likewise.
  public func namedBuffers(prefix: String = "") -> [(name: String, buffer: Buffer)] {
    buffers.map { (prefix + $0.key, $0) }
      + children.flatMap { $0.module.namedBuffers(prefix: "\(prefix)\($0.key).") }
  }

  /// The number of numbers that can be learnt.
  public var parameterCount: Int { namedParameters().reduce(0) { $0 + $1.parameter.value.count } }
}

/// A tensor that is learnt.
public struct Parameter {
  /// How it starts.
  public enum Initialization: Equatable, Sendable {
    /// Uniform over ±bound.
    case uniform(bound: Double)
    case constant(Double)
  }

  public let key: String
  public let value: Tensor
  public let initialization: Initialization

  public init(_ key: String, shape: [Int], _ initialization: Initialization) {
    self.key = key
    self.initialization = initialization
    let values = Tensor.zeros(shape)
    // Convolutions run channels-last; their weights and moments are laid out once.
    value = shape.count == 4 && !Runtime.followsPyTorch ? values.channelsLast() : values
    value.requiresGrad = true
  }
}

/// A tensor that belongs to a network's state and isn't learnt, such as running statistics.
public struct Buffer {
  public let key: String
  public let value: Tensor

  public init(_ key: String, _ value: Tensor) {
    self.key = key
    self.value = value
  }
}
