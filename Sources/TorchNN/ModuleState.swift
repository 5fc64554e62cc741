public import Torch

extension Module {
  /// The values of parameters and buffers by name.
  public func state(prefix: String = "") -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: namedTensors(prefix: prefix).map { ($0.name, $0.tensor.detached()) })
  }

  /// Takes the values of every parameter and buffer from `state`, converted to their types.
  /// - Throws: `StateError` where a name is missing, left over, or of another shape; nothing is loaded then.
  public func load(_ state: [String: Tensor]) throws {
    try TorchNN.load(state, into: namedTensors(), of: "the network")
  }

  private func namedTensors(prefix: String = "") -> [(name: String, tensor: Tensor)] {
    namedParameters(prefix: prefix).map { ($0.name, $0.parameter.value) }
      + namedBuffers(prefix: prefix).map { ($0.name, $0.buffer.value) }
  }
}

/// Takes the values of every tensor from `state`, converted to its type.
/// - Parameter holder: whose tensors they are, for the message.
/// - Throws: `StateError` where a name is missing, left over, or of another shape; nothing is loaded then.
func load(_ state: [String: Tensor], into tensors: [(name: String, tensor: Tensor)], of holder: String) throws {
  let names = Set(tensors.map(\.name))
  let missing = names.subtracting(state.keys).sorted()
  let unexpected = Set(state.keys).subtracting(names).sorted()
  let reshaped = tensors.compactMap { name, tensor -> String? in
    guard let shape = state[name]?.shape, shape != tensor.shape else { return nil }
    return "\(name) is \(shape) where \(holder) has \(tensor.shape)"
  }
  guard missing.isEmpty, unexpected.isEmpty, reshaped.isEmpty else {
    throw StateError(missing: missing, unexpected: unexpected, reshaped: reshaped)
  }
  for (name, tensor) in tensors {
    if let value = state[name] { tensor.assign(value.to(tensor.dtype)) }
  }
}

/// Tensors that don't fit those that they are for.
public struct StateError: Error, CustomStringConvertible, Equatable {
  public let missing: [String]
  public let unexpected: [String]
  public let reshaped: [String]

  public var description: String {
    func list(_ heading: String, _ names: [String]) -> String? {
      guard !names.isEmpty else { return nil }
      let more = names.count > 3 ? " and \(names.count - 3) more" : ""
      return "\(heading) \(names.prefix(3).joined(separator: ", "))\(more)"
    }
    return [list("missing:", missing), list("unexpected:", unexpected), list("other shapes:", reshaped)]
      .compactMap(\.self).joined(separator: "; ")
  }
}
