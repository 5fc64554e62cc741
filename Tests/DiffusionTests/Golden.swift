import Formulas
import Foundation
import Torch

func decodeGolden<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
  let folder = Bundle.module.resourceURL ?? URL(fileURLWithPath: ".")
  return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent("Goldens/\(name).json")))
}

/// A gradient as its size, its largest element, and what it makes with three vectors of the formula.
struct GradientGolden: Decodable {
  var norm: Double
  var max: Double
  var projections: [Double]

  /// How far `gradient` is from this, as a root mean square over its elements.
  func distance(name: String, to gradient: Tensor?, count: Int) -> Double {
    let values = gradient?.values(as: Double.self) ?? [Double](repeating: 0, count: count)
    let root = Double(count).squareRoot()
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let misses = projections.indices.map { k in
      let vector = formula("\(name)/\(k)", count: count)
      return abs(zip(values, vector).reduce(0) { $0 + $1.0 * $1.1 } - projections[k])
    }
    return ([abs(norm - self.norm)] + misses).reduce(0, Swift.max) / root
  }
}
