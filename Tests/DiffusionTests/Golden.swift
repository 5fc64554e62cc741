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
    let misses = projections.indices.map { abs(projection(values, on: "\(name)/\($0)") - projections[$0]) }
    return ([abs(Formulas.norm(values) - norm)] + misses).reduce(0, Swift.max) / root
  }
}
