import Foundation
import Torch

/// The inputs and weights that scripts/golden-diffusion.py uses: element i is the finalizer of MurmurHash3 over i and the
/// name's CRC-32, in ±1.
func formula(_ name: String, count: Int) -> [Double] {
  let phase = crc32(name)
  return (0..<count).map { i in
    var h = UInt32(truncatingIfNeeded: i + 1) &* 2_654_435_761 &+ phase
    h = (h ^ (h >> 16)) &* 0x85EB_CA6B
    h = (h ^ (h >> 13)) &* 0xC2B2_AE35
    return Double(h ^ (h >> 16)) / 2_147_483_648 - 1
  }
}

func formulaTensor(_ name: String, _ shape: [Int], scale: Double = 1) -> Tensor {
  Tensor(formula(name, count: shape.reduce(1, *)).map { Float($0 * scale) }, shape: shape)
}

private func crc32(_ text: String) -> UInt32 {
  var crc = ~UInt32(0)
  for byte in text.utf8 {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
  }
  return ~crc
}

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
