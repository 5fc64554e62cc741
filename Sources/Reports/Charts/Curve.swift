/// A metric along the epochs.
struct Curve {
  let name: String
  /// By epoch; values that are no finite numbers are left out of the drawing.
  let points: [(epoch: Int, value: Double)]

  var finite: [(epoch: Int, value: Double)] { points.filter(\.value.isFinite) }
}

/// An epoch at whose beginning something changed.
struct CurveMark {
  let epoch: Int
  let name: String
}
