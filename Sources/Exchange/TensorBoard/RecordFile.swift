/// Records as TensorFlow frames them: length, its checksum, the record, its checksum; all little-endian.
struct RecordFile {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ record: [UInt8]) {
    let length = withUnsafeBytes(of: UInt64(record.count).littleEndian) { Array($0) }
    bytes += length
    append(CyclicRedundancyCheck.masked(length))
    bytes += record
    append(CyclicRedundancyCheck.masked(record))
  }

  private mutating func append(_ value: UInt32) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}

/// CRC-32C: the Castagnoli polynomial, reflected (RFC 3720, appendix B.4).
enum CyclicRedundancyCheck {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { remainder, _ in remainder >> 1 ^ (remainder & 1 == 1 ? 0x82F6_3B78 : 0) }
  }

  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { remainder, byte in
      remainder >> 8 ^ table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)]
    }
  }

  /// Turned and shifted, because TensorFlow's records may hold checksums themselves.
  static func masked(_ bytes: [UInt8]) -> UInt32 {
    let checksum = checksum(bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }
}
