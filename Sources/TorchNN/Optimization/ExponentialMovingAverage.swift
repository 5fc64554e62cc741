public import Torch

/// The exponential moving average of a network's parameters and buffers over the steps of its training (Polyak &
/// Juditsky 1992), as diffusers' `EMAModel` has it: the decay rises with the steps up to `decay`, so that the initial
/// weights are soon forgotten. What isn't learnt (frozen parameters) and what isn't a floating-point number (integer
/// buffers) is copied.
public final class ExponentialMovingAverage {
  private struct Entry {
    let name: String
    let value: Tensor
    let average: Tensor
    /// Whether it is a parameter: averaged only while it is learnt.
    let isParameter: Bool

    var isAveraged: Bool { isParameter ? value.requiresGrad : value.dtype.isFloatingPoint }
  }

  /// The greatest, 0..<1.
  public let decay: Double
  private let entries: [Entry]
  private let steps = Tensor.zeros([], dtype: .int64)

  /// Starts from the present values.
  public init(
    parameters: [(name: String, parameter: Parameter)], buffers: [(name: String, buffer: Buffer)] = [], decay: Double
  ) {
    func entry(_ name: String, _ value: Tensor, isParameter: Bool) -> Entry {
      let average = value.zerosAlike()
      average.assign(value)
      return Entry(name: name, value: value, average: average, isParameter: isParameter)
    }
    self.decay = decay
    entries =
      parameters.map { entry($0.name, $0.parameter.value, isParameter: true) }
      + buffers.map { entry($0.name, $0.buffer.value, isParameter: false) }
  }

  /// Takes the values after an optimizer's step in.
  public func update() {
    let step = Int64(steps.item()) + 1
    steps.assign(Tensor([step], shape: []))
    let averaged = entries.filter(\.isAveraged)
    Tensor.interpolate(averaged.map(\.average), to: averaged.map(\.value), weight: 1 - decay(step: Int(step)))
    for entry in entries where !entry.isAveraged { entry.average.assign(entry.value) }
  }

  /// min(decay, (1 + s)/(10 + s)) with s = step − 1; the first step copies.
  /// - Parameter step: 1 for the first.
  func decay(step: Int) -> Double {
    let s = Double(step - 1)
    return s <= 0 ? 0 : min(decay, (1 + s) / (10 + s))
  }

  /// Runs `body` with the averages in the network's place; afterwards every value is back, bit for bit. Neither `state`
  /// nor `update` is for within it.
  public func withAveragedWeights<Result>(_ body: () throws -> Result) rethrows -> Result {
    swap()
    defer { swap() }
    return try body()
  }

  private func swap() {
    for entry in entries {
      let value = entry.value.zerosAlike()
      value.assign(entry.value)
      entry.value.assign(entry.average)
      entry.average.assign(value)
    }
  }

  /// What a checkpoint keeps: the averages by name, and the number of updates under `steps`. The tensors themselves,
  /// which the next update changes.
  public var state: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: named.map { ($0.name, $0.tensor) })
  }

  /// Goes on as the average did whose `state` this is.
  /// - Throws: `StateError` where a name is missing, left over, or of another shape; nothing is loaded then.
  public func load(_ state: [String: Tensor]) throws {
    try TorchNN.load(state, into: named, of: "the average")
  }

  private var named: [(name: String, tensor: Tensor)] {
    entries.map { ($0.name, $0.average) } + [("steps", steps)]
  }
}
