/// L of a symmetric positive definite matrix A = L Lᵀ.
struct CholeskyFactor {
  private var lower: [[Double]]

  init(_ matrix: [[Double]]) {
    lower = matrix
    for row in matrix.indices {
      for column in 0...row {
        var sum = matrix[row][column]
        for inner in 0..<column { sum -= lower[row][inner] * lower[column][inner] }
        lower[row][column] = row == column ? max(sum, .leastNormalMagnitude).squareRoot() : sum / lower[column][column]
      }
    }
  }

  /// A⁻¹ `right`.
  func solve(_ right: [Double]) -> [Double] {
    var solution = forward(right)
    for row in solution.indices.reversed() {
      for other in (row + 1)..<max(row + 1, solution.count) { solution[row] -= lower[other][row] * solution[other] }
      solution[row] /= lower[row][row]
    }
    return solution
  }

  /// `vector`ᵀ A⁻¹ `vector`.
  func quadraticForm(_ vector: [Double]) -> Double { forward(vector).reduce(0) { $0 + $1 * $1 } }

  /// L⁻¹ `right`.
  private func forward(_ right: [Double]) -> [Double] {
    var solution = right
    for row in solution.indices {
      for inner in 0..<row { solution[row] -= lower[row][inner] * solution[inner] }
      solution[row] /= lower[row][row]
    }
    return solution
  }
}
