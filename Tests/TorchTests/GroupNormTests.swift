import Foundation
import Testing
import Torch

/// The oracle is libtorch's group norm, then its SiLU, in float64 over rows one after another.
struct GroupNormTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var shape: [Int]
    var groups: Int
    var silu = true
    var dtype = DType.float32
    var isChannelsLast = true
    var isShifted = false
    var testDescription: String { "\(shape) \(groups) \(silu) \(dtype) \(isChannelsLast) \(isShifted)" }
  }

  struct Results {
    var output: [Double], input: [Double], weight: [Double], bias: [Double], shift: [Double]?
    var all: [[Double]] { [output, input, weight, bias] + (shift.map { [$0] } ?? []) }
  }

  /// Whole and broken lanes, groups within, across and beyond a block of channels, one pixel, more than a run of them.
  static let shapes: [([Int], Int)] =
    [
      ([2, 64, 5, 7], 32), ([3, 128, 4, 4], 32), ([2, 192, 3, 5], 32), ([1, 384, 2, 3], 32), ([2, 320, 3, 3], 32),
      ([2, 6, 9, 10], 3), ([3, 20, 1, 2], 5), ([2, 24, 4, 4], 1), ([2, 256, 4, 4], 2), ([1, 16, 1, 1], 4),
      ([2, 72, 4, 5], 9), ([1, 80, 12, 12], 5),
    ]
    + Draws.make(6) { draw in
      let groups = draw(1...12)
      return ([draw(1...3), groups * draw(1...20), draw(1...9), draw(1...9)], groups)
    }

  static let cases = shapes.flatMap { shape, groups in
    [true, false].flatMap { silu in
      [DType.float32, .bfloat16].flatMap { dtype in
        [(true, false), (false, false), (true, true), (false, true)].map {
          Case(shape: shape, groups: groups, silu: silu, dtype: dtype, isChannelsLast: $0, isShifted: $1)
        }
      }
    }
  }

  private func noise(_ count: Int, seed: UInt64) -> [Float] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func uniform() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    return (0..<count).map { _ in uniform() + uniform() + uniform() + uniform() - 2 }
  }

  private func results(
    _ test: Case, _ values: [Float], dtype: DType, isChannelsLast: Bool
  ) -> Results {
    let channels = test.shape[1]
    func given(_ values: [Float], _ shape: [Int]) -> Tensor { Tensor(values, shape: shape).to(test.dtype).to(dtype) }
    var x = given(values, test.shape)
    if isChannelsLast { x = x.channelsLast() }
    let parameterType = dtype == .float64 ? dtype : .float32
    let weight = Tensor(noise(channels, seed: 2).map { 1 + $0 }, shape: [channels]).to(parameterType)
    let bias = Tensor(noise(channels, seed: 3), shape: [channels]).to(parameterType)
    let shift = test.isShifted ? given(noise(test.shape[0] * channels, seed: 5), [test.shape[0], channels]) : nil
    for leaf in [x, shift, weight, bias] { leaf?.requiresGrad = true }
    let y = x.groupNorm(groups: test.groups, weight, bias, eps: 1e-5, plus: shift, silu: test.silu)
    #expect(y.dtype == dtype && y.shape == test.shape && y.isChannelsLast == x.isChannelsLast)
    (y * given(noise(values.count, seed: 4), test.shape)).sum().backward()
    func list(_ tensor: Tensor?) -> [Double] { tensor?.to(.float64).values(as: Double.self) ?? [] }
    return Results(
      output: list(y), input: list(x.grad), weight: list(weight.grad), bias: list(bias.grad),
      shift: shift.map { list($0.grad) })
  }

  private func errors(_ results: Results, _ exact: Results) -> [Double] {
    zip(results.all, exact.all).map { some, exact in
      #expect(some.count == exact.count)
      let scale = exact.map(abs).max() ?? 0
      return zip(some, exact).map { abs($0 - $1) }.max().map { $0 / max(scale, 1e-3) } ?? .infinity
    }
  }

  private func check(_ test: Case, _ values: [Float], float32 bound: Double) {
    let exact = followingPyTorch { results(test, values, dtype: .float64, isChannelsLast: false) }
    let ours = errors(results(test, values, dtype: test.dtype, isChannelsLast: test.isChannelsLast), exact)
    if test.dtype == .float32 {
      #expect((ours.max() ?? .infinity) < bound, "\(ours)")
    } else {
      let theirs = errors(
        followingPyTorch { results(test, values, dtype: test.dtype, isChannelsLast: test.isChannelsLast) }, exact)
      // A rounding to bfloat16 is up to 2⁻⁹ of the value.
      for (our, their) in zip(ours, theirs) { #expect(our <= max(1.05 * their, 0x1p-9), "\(ours) \(theirs)") }
    }
  }

  @Test(arguments: cases) func `values and gradients are the plain composition's`(test: Case) {
    check(test, noise(test.shape.reduce(1, *), seed: 1), float32: 2e-6)
  }

  @Test(arguments: [true, false])
  func `groups far from zero, and one value throughout, keep their digits`(silu: Bool) {
    let test = Case(shape: [2, 64, 8, 9], groups: 32, silu: silu)
    let count = test.shape.reduce(1, *)
    check(test, noise(count, seed: 1).map { $0 + 100 }, float32: 1e-4)
    let constant = results(
      test, [Float](repeating: 0.1, count: count), dtype: .float32, isChannelsLast: true)
    let bias = noise(64, seed: 3).map(Double.init)
    for (index, value) in constant.output.enumerated() {
      let z = bias[index / 72 % 64]
      #expect(abs(value - (silu ? z / (1 + exp(-z)) : z)) < 1e-5)
    }
    #expect(constant.all.joined().allSatisfy { $0.isFinite })
  }

  @Test func `SiLU reaches its ends, and what is no number stays none`() {
    let weight = Tensor([0] as [Float], shape: [1]), ones = Tensor.zeros([1, 1, 2, 2]).channelsLast()
    func silu(_ z: Float) -> [Float] {
      let twice = Tensor.concatenated([ones, ones], dimension: 1).channelsLast()
      let both = Tensor([z, z] as [Float], shape: [2])
      let scale = Tensor.concatenated([weight, weight], dimension: 0)
      return twice.groupNorm(groups: 1, scale, both, eps: 1e-5, silu: true).values()
    }
    #expect(silu(200).allSatisfy { $0 == 200 })
    #expect(silu(-200).allSatisfy { abs($0) < 1e-30 })
    #expect(silu(.nan).allSatisfy { $0.isNaN })
    let bad = Tensor([Float](repeating: .nan, count: 64), shape: [1, 16, 2, 2]).to(.bfloat16).channelsLast()
    let y = bad.groupNorm(groups: 4, Tensor.full([16], 1), Tensor.zeros([16]), eps: 1e-5, silu: true)
    #expect(y.to(.float32).values().allSatisfy { $0.isNaN })
  }

  @Test func `a picture's bits hang neither on its batch nor on the threads`() {
    let before = Runtime.threads
    defer { Runtime.threads = before }
    let test = Case(shape: [8, 192, 8, 8], groups: 32)
    let one = 192 * 64
    let values = noise(8 * one, seed: 1)
    let all = [1, 2, 3].map { threads in
      Runtime.threads = threads
      return results(test, values, dtype: .float32, isChannelsLast: true)
    }
    for other in all { #expect(other.all == all[0].all) }
    let alone = results(
      Case(shape: [1, 192, 8, 8], groups: 32), Array(values[..<one]), dtype: .float32, isChannelsLast: true)
    #expect(alone.output == Array(all[0].output[..<one]))
  }
}
