import Torch

/// Both losses over a set of pictures: sums, so that batches of different sizes count as they should.
struct Losses {
  private var l1Sum = 0.0
  private var mseSum = 0.0
  private var count = 0

  mutating func add(l1: Double, mse: Double, pictures: Int) {
    l1Sum += l1 * Double(pictures)
    mseSum += mse * Double(pictures)
    count += pictures
  }

  /// Means over pictures.
  var l1: Double { l1Sum / Double(count) }
  var mse: Double { mseSum / Double(count) }
}

/// How far an output is from its target, element by element. Shapes: equal, and that of both errors.
struct Errors {
  let absolute: Tensor
  let squared: Tensor

  init(_ output: Tensor, _ target: Tensor) {
    let difference = output - target
    absolute = difference.abs()
    squared = difference.square()
  }
}

/// Mean absolute and mean squared error. Shapes: equal → scalars.
func losses(_ output: Tensor, _ target: Tensor) -> (l1: Tensor, mse: Tensor) {
  let errors = Errors(output, target)
  return (errors.absolute.mean(), errors.squared.mean())
}
