public import Torch
public import TorchNN

/// The inputs and weights that scripts/golden-diffusion.py and golden-training.py use: element i is the finalizer of
/// MurmurHash3 over i and the name's CRC-32, in ±1.
public func formula(_ name: String, count: Int) -> [Double] {
  let phase = crc32(name)
  return (0..<count).map { element($0, phase) }
}

private func element(_ i: Int, _ phase: UInt32) -> Double {
  var h = UInt32(truncatingIfNeeded: i + 1) &* 2_654_435_761 &+ phase
  h = (h ^ (h >> 16)) &* 0x85EB_CA6B
  h = (h ^ (h >> 13)) &* 0xC2B2_AE35
  return Double(h ^ (h >> 16)) / 2_147_483_648 - 1
}

/// The product of `values` with the formula's vector of that name.
public func projection(_ values: [Double], on name: String) -> Double {
  let phase = crc32(name)
  return values.indices.reduce(0) { $0 + values[$1] * element($1, phase) }
}

/// The square root of the sum of squares.
public func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

public func formulaTensor(_ name: String, _ shape: [Int], scale: Double = 1) -> Tensor {
  Tensor(formula(name, count: shape.reduce(1, *)).map { Float($0 * scale) }, shape: shape)
}

extension Module {
  /// Gives every parameter the script's value: ±1/√fan-in, and around 1 what scales a norm.
  public func fillByFormula() {
    for (name, parameter) in namedParameters() {
      let shape = parameter.value.shape
      let fanIn = shape.count > 1 ? shape.dropFirst().reduce(1, *) : 16
      let offset = shape.count == 1 && name.hasSuffix("weight") ? 1.0 : 0
      parameter.value.assign(formulaTensor(name, shape, scale: 1 / Double(fanIn).squareRoot()) + offset)
    }
  }
}

private func crc32(_ text: String) -> UInt32 {
  var crc = ~UInt32(0)
  for byte in text.utf8 {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
  }
  return ~crc
}
