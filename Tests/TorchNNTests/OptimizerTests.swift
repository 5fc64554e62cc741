import Foundation
import Testing
import Torch
import TorchNN

/// What every optimizer promises.
struct OptimizerTests {
  enum Kind: CaseIterable {
    case adam, adamw, sgd, momentum, nesterov

    func make(_ parameters: [(name: String, parameter: Parameter)]) -> any Optimizer {
      switch self {
      case .adam: Adam(parameters, .init(weightDecay: 0.1, decoupled: false))
      case .adamw: Adam(parameters, .init(weightDecay: 0.1, decoupled: true))
      case .sgd: SGD(parameters, .init(weightDecay: 0.1))
      case .momentum: SGD(parameters, .init(momentum: 0.9))
      case .nesterov: SGD(parameters, .init(momentum: 0.9, nesterov: true, weightDecay: 0.1))
      }
    }

    var hasMemory: Bool { self != .sgd }
  }

  /// A layer that convolves, whose weight lies channels-last in memory, and one that doesn't.
  final class Network: Module {
    let convolution = Conv2d(3, 4, kernel: 3)
    let linear = Linear(4, 2)
    var children: [(key: String, module: any Module)] { [("convolution", convolution), ("linear", linear)] }

    init() { initialize(seed: 1, part: "p") }

    func step(_ number: Int, _ optimizer: any Optimizer) {
      let x = Tensor((0..<2 * 3 * 9).map { sinf(Float($0 * (number + 1))) }, shape: [2, 3, 3, 3])
      linear(convolution(x).reshaped([2, 4])).square().sum().backward()
      optimizer.step(learningRate: 0.01)
      optimizer.clearGradients()
    }

    var bits: [String: [UInt32]] { state().mapValues { $0.values().map(\.bitPattern) } }
  }

  @Test(arguments: Kind.allCases)
  func `one that goes on from another's state goes on bit for bit`(kind: Kind) throws {
    let network = Network()
    let optimizer = kind.make(network.namedParameters())
    for number in 0..<3 { network.step(number, optimizer) }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    try Safetensors(optimizer.state).write(to: file)
    let other = Network()
    try other.load(network.state())
    let resumed = kind.make(other.namedParameters())
    try resumed.load(Safetensors(contentsOf: file).tensors)
    let fresh = Network()
    try fresh.load(network.state())
    let forgetful = kind.make(fresh.namedParameters())
    for number in 3..<6 {
      network.step(number, optimizer)
      other.step(number, resumed)
      fresh.step(number, forgetful)
    }
    #expect(other.bits == network.bits)
    #expect((fresh.bits == network.bits) == !kind.hasMemory)
  }

  @Test(arguments: Kind.allCases)
  func `a dropped parameter is moved by nothing and forgotten, and added again it begins anew`(kind: Kind) throws {
    let network = Network()
    let optimizer = kind.make(network.namedParameters())
    network.step(0, optimizer)
    let before = network.bits
    optimizer.drop { $0.hasPrefix("linear.") }
    network.step(1, optimizer)
    #expect(network.bits["linear.weight"] == before["linear.weight"])
    #expect(network.bits["linear.bias"] == before["linear.bias"])
    #expect(network.bits["convolution.weight"] != before["convolution.weight"])
    #expect(optimizer.state.keys.allSatisfy { !$0.hasPrefix("linear.") })

    let copy = Network()
    try copy.load(network.state())
    let fresh = kind.make(copy.namedParameters())
    for parameter in network.linear.parameters { parameter.value.clearGrad() }
    optimizer.add(network.namedParameters().filter { $0.name.hasPrefix("linear.") })
    network.step(2, optimizer)
    copy.step(2, fresh)
    #expect(network.bits["linear.weight"] == copy.bits["linear.weight"])
    #expect((network.bits["convolution.weight"] == copy.bits["convolution.weight"]) == !kind.hasMemory)
  }

  @Test(arguments: Kind.allCases.filter(\.hasMemory))
  func `a state that doesn't fit is refused, and nothing is loaded`(kind: Kind) throws {
    let network = Network()
    let optimizer = kind.make(network.namedParameters())
    network.step(0, optimizer)
    let before = optimizer.state.mapValues { $0.values() }
    var state = optimizer.state.mapValues { $0 * 2 }
    let missing = try #require(state.keys.filter { $0.hasPrefix("linear.bias.") }.min())
    state[missing] = nil
    state["extra"] = Tensor.zeros([])
    let error = #expect(throws: StateError.self) { try optimizer.load(state) }
    #expect(error?.missing == [missing] && error?.unexpected == ["extra"])
    #expect(optimizer.state.mapValues { $0.values() } == before)
    let whole = optimizer.state
    optimizer.drop { $0.hasPrefix("linear.") }
    #expect(throws: StateError.self) { try optimizer.load(whole) }
  }

  @Test func `ten steps of SGD match the PyTorch reference`() throws {
    for golden in try OptimizationGolden.read().sgd {
      let network = TwoParameters()
      let optimizer = SGD(
        network.namedParameters(),
        .init(momentum: golden.momentum, nesterov: golden.nesterov, weightDecay: golden.weight_decay))
      for (step, wanted) in golden.steps.enumerated() {
        network.setGradients(TwoParameters.waves(step))
        optimizer.step(learningRate: 1e-2)
        network.expect(wanted, "step \(step), momentum \(golden.momentum), Nesterov \(golden.nesterov)")
      }
    }
  }
}
