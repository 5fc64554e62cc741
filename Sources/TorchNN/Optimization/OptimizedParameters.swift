import Torch

/// The parameters that an optimizer moves, with what it remembers of each.
struct OptimizedParameters {
  struct Entry {
    let name: String
    let parameter: Tensor
    /// One a memory.
    let memories: [Tensor]
  }

  /// What is remembered of a parameter.
  struct Memory {
    /// PyTorch's word for it.
    let key: String
    /// How it starts.
    let start: (Tensor) -> Tensor

    static func zeros(_ key: String) -> Memory { Memory(key: key) { $0.zerosAlike() } }
    /// One number a parameter.
    static func scalar(_ key: String) -> Memory { Memory(key: key) { _ in .zeros([]) } }
  }

  private let memories: [Memory]
  private(set) var entries: [Entry] = []
  private var zeros: [[Int]: Tensor] = [:]

  init(_ parameters: [(name: String, parameter: Parameter)], remembering memories: [Memory]) {
    self.memories = memories
    add(parameters)
  }

  mutating func add(_ parameters: [(name: String, parameter: Parameter)]) {
    let held = Set(entries.map(\.name))
    for (name, parameter) in parameters {
      precondition(!held.contains(name), "the optimizer moves \(name) already")
      entries.append(
        Entry(name: name, parameter: parameter.value, memories: memories.map { $0.start(parameter.value) }))
    }
  }

  mutating func drop(where isDropped: (String) -> Bool) {
    entries.removeAll { isDropped($0.name) }
  }

  var tensors: [Tensor] { entries.map(\.parameter) }

  /// One a parameter: zeros where it is absent.
  mutating func gradients() -> [Tensor] {
    entries.map { entry in
      if let gradient = entry.parameter.grad { return gradient }
      let shape = entry.parameter.shape
      if let zeros = zeros[shape] { return zeros }
      let new = entry.parameter.zerosAlike()
      zeros[shape] = new
      return new
    }
  }

  /// What is remembered under the `index`th key, one a parameter.
  func memory(_ index: Int) -> [Tensor] { entries.map { $0.memories[index] } }

  func clearGradients() {
    for entry in entries { entry.parameter.clearGrad() }
  }

  var state: [String: Tensor] { Dictionary(uniqueKeysWithValues: named) }

  /// - Throws: `StateError`; nothing is loaded then.
  func load(_ state: [String: Tensor]) throws {
    try TorchNN.load(state, into: named, of: "the optimizer")
  }

  private var named: [(name: String, tensor: Tensor)] {
    entries.flatMap { entry in
      zip(memories, entry.memories).map { ("\(entry.name).\($0.key)", $1) }
    }
  }
}
