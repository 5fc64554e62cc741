import Testing
import Torch
import TorchNN

struct ExponentialMovingAverageTests {
  /// A parameter, a running mean, and a count.
  final class Norm: Module {
    let parameters = [Parameter("weight", shape: [2], .constant(1))]
    let buffers = [
      Buffer("running_mean", Tensor([0, 4] as [Float], shape: [2])),
      Buffer("count", Tensor([7] as [Int64], shape: [])),
    ]

    init() { initialize(seed: 0, part: "p") }
  }

  @Test func `ten steps match diffusers' EMAModel, a frozen parameter's too`() throws {
    for golden in try OptimizationGolden.read().average {
      let network = TwoParameters()
      let average = ExponentialMovingAverage(parameters: network.namedParameters(), decay: golden.decay)
      for (step, wanted) in golden.steps.enumerated() {
        network.parameters[1].value.requiresGrad = step < 6
        for (parameter, wave) in zip(network.parameters, TwoParameters.waves(step)) {
          parameter.value.assign(withoutGradients { parameter.value + wave })
        }
        average.update()
        expectClose(
          ["ramp", "half"].compactMap { average.state[$0] }, wanted, "decay \(golden.decay), step \(step)")
      }
    }
  }

  @Test func `buffers are averaged, and integers among them copied`() {
    let norm = Norm()
    let average = ExponentialMovingAverage(
      parameters: norm.namedParameters(), buffers: norm.namedBuffers(), decay: 0.5)
    average.update()
    norm.parameters[0].value.assign(.full([2], 12))
    norm.buffers[0].value.assign(Tensor([11, 15] as [Float], shape: [2]))
    norm.buffers[1].value.assign(Tensor([8] as [Int64], shape: []))
    average.update()
    // The second step's decay is 2/11.
    #expect(average.state["weight"]?.values() == [10, 10])
    #expect(average.state["running_mean"]?.values() == [9, 13])
    #expect(average.state["count"]?.values(as: Int64.self) == [8])
    #expect(Set(norm.state().keys) == ["weight", "running_mean", "count"])
  }

  @Test func `evaluation sees the averages, and afterwards every bit is back`() throws {
    struct Stop: Error {}
    let norm = Norm()
    let average = ExponentialMovingAverage(
      parameters: norm.namedParameters(), buffers: norm.namedBuffers(), decay: 0.5)
    norm.parameters[0].value.assign(Tensor([0.1, .pi] as [Float], shape: [2]))
    let before = norm.state().mapValues { $0.values() }
    let averaged = average.state.mapValues { $0.values() }
    #expect(averaged["weight"] == [1, 1])
    let seen = average.withAveragedWeights { norm.state().mapValues { $0.values() } }
    #expect(seen == averaged.filter { $0.key != "steps" })
    #expect(throws: Stop.self) { try average.withAveragedWeights { throw Stop() } }
    #expect(norm.state().mapValues { $0.values() } == before)
    #expect(average.state.mapValues { $0.values() } == averaged)
  }

  @Test func `one that goes on from another's state goes on bit for bit`() throws {
    func train(_ network: TwoParameters, _ average: ExponentialMovingAverage, _ steps: Range<Int>) {
      for step in steps {
        for (parameter, wave) in zip(network.parameters, TwoParameters.waves(step)) {
          parameter.value.assign(withoutGradients { parameter.value + wave })
        }
        average.update()
      }
    }
    let (network, other) = (TwoParameters(), TwoParameters())
    let average = ExponentialMovingAverage(parameters: network.namedParameters(), decay: 0.9)
    train(network, average, 0..<4)
    try other.load(network.state())
    let resumed = ExponentialMovingAverage(parameters: other.namedParameters(), decay: 0.9)
    let unloaded = resumed.state.mapValues { $0.values() }
    #expect(throws: StateError.self) { try resumed.load(average.state.filter { $0.key != "half" }) }
    #expect(resumed.state.mapValues { $0.values() } == unloaded)
    try resumed.load(average.state)
    train(network, average, 4..<8)
    train(other, resumed, 4..<8)
    #expect(resumed.state.mapValues { $0.values() } == average.state.mapValues { $0.values() })
    #expect(average.state["steps"]?.values(as: Int64.self) == [8])
  }
}
