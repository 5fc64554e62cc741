/// A message of Protocol Buffers, version 3, in the wire format that protobuf.dev's "Encoding" describes. Fields are
/// written in the order of the calls; a number that is 0, and a text that is empty, is left out, as version 3 has it.
struct ProtocolMessage {
  private(set) var bytes: [UInt8] = []

  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case fixed32 = 5
  }

  mutating func add(_ value: Int, as field: UInt64) {
    guard value != 0 else { return }
    key(field, .varint)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ value: Double, as field: UInt64) {
    // −0 is no default: its bits aren't 0.
    if value.bitPattern != 0 { always(value, as: field) }
  }

  mutating func add(_ text: String, as field: UInt64) {
    if !text.isEmpty { always(Array(text.utf8), as: field) }
  }

  mutating func add(_ bytes: [UInt8], as field: UInt64) {
    if !bytes.isEmpty { always(bytes, as: field) }
  }

  /// A message is there even where it is empty.
  mutating func add(_ message: ProtocolMessage, as field: UInt64) {
    always(message.bytes, as: field)
  }

  /// One of several fields, of which the one that is written counts, so that its default is written too.
  mutating func always(_ value: Bool, as field: UInt64) {
    key(field, .varint)
    varint(value ? 1 : 0)
  }

  mutating func always(_ value: Double, as field: UInt64) {
    key(field, .fixed64)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func always(_ bytes: [UInt8], as field: UInt64) {
    key(field, .lengthDelimited)
    varint(UInt64(bytes.count))
    self.bytes += bytes
  }

  mutating func always(_ value: Float, as field: UInt64) {
    key(field, .fixed32)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  private mutating func key(_ field: UInt64, _ type: WireType) {
    varint(field << 3 | type.rawValue)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
