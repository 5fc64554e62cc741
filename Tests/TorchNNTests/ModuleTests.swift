import Testing
import Torch
import TorchNN

struct ModuleTests {
  final class Pair: Module {
    let first = Linear(4, 3)
    let second = Linear(3, 2, bias: false)
    let norm = GroupNorm(groups: 1, 2, eps: 1e-5)
    var children: [(key: String, module: any Module)] { [("first", first), ("net.2", second), ("norm", norm)] }
  }

  @Test func `names are the keys of the path, and all numbers are counted`() {
    let pair = Pair()
    #expect(
      pair.namedParameters().map(\.name) == ["first.weight", "first.bias", "net.2.weight", "norm.weight", "norm.bias"])
    #expect(pair.parameterCount == 12 + 3 + 6 + 4)
  }

  @Test func `initial weights are uniform within PyTorch's bound, by name and seed`() {
    let (a, b, c) = (Pair(), Pair(), Pair())
    a.initialize(seed: 1, part: "p")
    b.initialize(seed: 1, part: "p")
    c.initialize(seed: 2, part: "p")
    let values = a.first.weight.value.values()
    #expect(values == b.first.weight.value.values())
    #expect(values != c.first.weight.value.values())
    #expect(values.allSatisfy { abs($0) <= 0.5 } && Set(values).count == values.count)
    #expect(a.norm.weight.value.values() == [1, 1])
    let wide = Linear(100, 1000)
    wide.initialize(seed: 0, part: "q")
    let all = wide.weight.value.values(as: Double.self)
    let variance = all.reduce(0) { $0 + $1 * $1 } / Double(all.count)
    // A uniform over ±b has variance b²/3, here 1/300.
    #expect(abs(variance * 300 - 1) < 0.02)
  }

  @Test func `weights that don't fit are refused, and nothing is loaded`() throws {
    let pair = Pair()
    pair.initialize(seed: 1, part: "p")
    let before = pair.first.bias?.value.values()
    var state = pair.state()
    state["first.bias"] = Tensor.zeros([3])
    state["net.2.weight"] = Tensor.zeros([2, 4])
    state["norm.bias"] = nil
    state["extra"] = Tensor.zeros([1])
    let error = #expect(throws: StateError.self) { try pair.load(state) }
    #expect(error?.missing == ["norm.bias"] && error?.unexpected == ["extra"])
    #expect(error?.reshaped == ["net.2.weight is [2, 4] where the network has [2, 3]"])
    #expect(pair.first.bias?.value.values() == before)
  }

  @Test func `a parameter that no gradient reaches still decays`() {
    let pair = Pair()
    pair.initialize(seed: 1, part: "p")
    let optimizer = Adam(pair.namedParameters(), .init(weightDecay: 0.1, decoupled: true))
    pair.second(pair.first(Tensor.full([2, 4], 1))).square().sum().backward()
    optimizer.step(learningRate: 0.01)
    #expect(pair.norm.weight.value.values().allSatisfy { $0 < 1 })
  }
}
