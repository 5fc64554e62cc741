/// A metric along the epochs.
struct Curve {
  let name: String
  /// By epoch; values that are no finite numbers are left out of the drawing.
  let points: [(epoch: Int, value: Double)]

  var finite: [(epoch: Int, value: Double)] { points.filter(\.value.isFinite) }
}

/// Epochs in which something was otherwise than before and after.
struct CurveSpan {
  let name: String
  let first: Int
  /// Nil: to the last epoch drawn.
  var end: Int?

  /// What a legend says.
  var text: String { end.map { "\(name), epochs \(first)–\($0 - 1)" } ?? "\(name) from epoch \(first)" }
}
