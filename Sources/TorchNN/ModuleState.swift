public import Torch

extension Module {
  /// The parameters' values by name.
  public func state(prefix: String = "") -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: namedParameters(prefix: prefix).map { ($0.name, $0.parameter.value.detached()) })
  }

  /// Takes every parameter's values from `state`, converted to float32.
  /// - Throws: `StateError` where a name is missing, left over, or of another shape; nothing is loaded then.
  public func load(_ state: [String: Tensor]) throws {
    let named = namedParameters()
    let names = Set(named.map(\.name))
    let missing = names.subtracting(state.keys).sorted()
    let unexpected = Set(state.keys).subtracting(names).sorted()
    let reshaped = named.compactMap { name, parameter -> String? in
      guard let shape = state[name]?.shape, shape != parameter.value.shape else { return nil }
      return "\(name) is \(shape) where the network has \(parameter.value.shape)"
    }
    guard missing.isEmpty, unexpected.isEmpty, reshaped.isEmpty else {
      throw StateError(missing: missing, unexpected: unexpected, reshaped: reshaped)
    }
    for (name, parameter) in named {
      if let value = state[name] { parameter.value.assign(value.to(.float32)) }
    }
  }
}

/// Weights that don't fit the network.
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
