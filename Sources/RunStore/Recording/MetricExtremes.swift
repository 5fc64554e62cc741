/// A metric's extremes over some steps: of finite values, each at its earliest step.
struct MetricExtremes: Equatable {
  var min: Double?
  var minStep: Int?
  var max: Double?
  var maxStep: Int?
  /// The first step whose value is NaN or infinite.
  var notFiniteStep: Int?

  /// The steps of which it tells, ascending.
  var steps: [Int] { Set([minStep, maxStep, notFiniteStep].compactMap(\.self)).sorted() }

  mutating func add(step: Int, value: Double) {
    if value.isFinite {
      add(MetricExtremes(min: value, minStep: step, max: value, maxStep: step))
    } else {
      add(MetricExtremes(notFiniteStep: step))
    }
  }

  mutating func add(_ other: MetricExtremes) {
    if let value = other.min, let step = other.minStep, (value, step) < (min ?? .infinity, minStep ?? 0) {
      (min, minStep) = (value, step)
    }
    if let value = other.max, let step = other.maxStep, (-value, step) < (-(max ?? -.infinity), maxStep ?? 0) {
      (max, maxStep) = (value, step)
    }
    if let step = other.notFiniteStep { notFiniteStep = Swift.min(step, notFiniteStep ?? step) }
  }
}
