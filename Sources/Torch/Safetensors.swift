import Files
public import Foundation

/// A file of named tensors: an 8-byte little-endian header length, a JSON header
/// `{name: {dtype, shape, data_offsets}}`, and raw little-endian elements.
public struct Safetensors {
  public var tensors: [String: Tensor]
  /// What stands under `__metadata__`.
  public var metadata: [String: String]

  public init(_ tensors: [String: Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// - Parameter choose: which of the file's tensors are read; what its header says of the others is checked all the same.
  /// - Throws: `FormatError` where the file is truncated, or its header doesn't describe just the bytes that it has.
  public init(contentsOf url: URL, choosing choose: (_ names: Set<String>) -> Set<String> = { $0 }) throws {
    func refuse(_ reason: String) -> FormatError { FormatError(file: url.path, reason: reason) }
    func reading<Result>(_ body: () throws -> Result) throws -> Result {
      do { return try body() } catch let error as FileError {
        throw refuse(error.isMissing ? "doesn't exist" : "can't be read: \(error)")
      }
    }
    let file = try reading { try ReadableFile(at: url) }
    func bytes(_ range: Range<Int>) throws -> [UInt8] {
      let bytes = try reading {
        try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, initialized in
          initialized = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
        }
      }
      guard bytes.count == range.count else { throw refuse("has become shorter while it was read") }
      return bytes
    }

    guard file.count >= 8 else { throw refuse("is \(file.count) bytes long; a safetensors file begins with 8") }
    let headerLength = try bytes(0..<8).withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard headerLength <= UInt64(file.count - 8) else {
      throw refuse("says that its header is \(headerLength) bytes long, and only \(file.count - 8) follow")
    }
    let header = Data(try bytes(8..<8 + Int(headerLength)))
    guard let entries = try? JSONDecoder().decode([String: Entry].self, from: header) else {
      throw refuse("has a header that isn't the JSON of a safetensors file")
    }

    metadata = [:]
    tensors = [:]
    let dataStart = 8 + Int(headerLength)
    let dataCount = file.count - dataStart
    var expected = 0
    let described = entries.compactMap { name, entry -> (String, Entry.Description)? in
      guard case .tensor(let description) = entry else { return nil }
      return (name, description)
    }.sorted { ($0.1.start, $0.1.end, $0.0) < ($1.1.start, $1.1.end, $1.0) }
    if case .metadata(let values)? = entries["__metadata__"] { metadata = values }
    let chosen = choose(Set(described.map(\.0)))

    for (name, description) in described {
      guard let dtype = DType(safetensors: description.dtype) else {
        throw refuse("tensor \(name) has the type \(description.dtype), which Darkroom doesn't know")
      }
      guard let needed = byteCount(description.shape, dtype) else {
        throw refuse("tensor \(name) has the impossible shape \(description.shape)")
      }
      guard description.start == expected, description.end >= description.start,
        description.end - description.start == needed, description.end <= dataCount
      else {
        throw refuse(
          "tensor \(name) \(description.shape) needs \(needed) bytes from \(expected) on; the header gives it "
            + "\(description.start)..<\(description.end) of \(dataCount): it is truncated or altered")
      }
      expected = description.end
      guard chosen.contains(name) else { continue }
      tensors[name] = try bytes(dataStart + description.start..<dataStart + description.end).withUnsafeBytes {
        try Tensor(bytes: $0, shape: description.shape, dtype: dtype)
      }
    }
    guard expected == dataCount else {
      throw refuse("has \(dataCount - expected) bytes that no tensor claims")
    }
  }

  /// Writes to a temporary name, syncs, renames.
  public func write(to url: URL) throws {
    var header: [String: Entry] = metadata.isEmpty ? [:] : ["__metadata__": .metadata(metadata)]
    var offset = 0
    // Wider types first, so that every tensor is aligned as its own type asks.
    let ordered = tensors.sorted { ($1.value.dtype.byteWidth, $0.key) < ($0.value.dtype.byteWidth, $1.key) }
    for (name, tensor) in ordered {
      let bytes = tensor.count * tensor.dtype.byteWidth
      header[name] = .tensor(
        .init(dtype: tensor.dtype.safetensorsName, shape: tensor.shape, data_offsets: [offset, offset + bytes]))
      offset += bytes
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = try encoder.encode(header)
    json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))

    let file = try DurableFile(at: url)
    try withUnsafeBytes(of: UInt64(json.count).littleEndian) { try file.write($0) }
    try file.write(json)
    for (_, tensor) in ordered {
      try withTemporaryBytes(tensor) { try file.write($0) }
    }
    try file.commit()
  }
}

private enum Entry: Codable {
  struct Description: Codable {
    var dtype: String
    var shape: [Int]
    var data_offsets: [Int]

    var start: Int { data_offsets.count == 2 ? data_offsets[0] : -1 }
    var end: Int { data_offsets.count == 2 ? data_offsets[1] : -1 }
  }

  case tensor(Description)
  case metadata([String: String])

  init(from decoder: any Decoder) throws {
    if let description = try? Description(from: decoder) {
      self = .tensor(description)
    } else {
      self = .metadata(try [String: String](from: decoder))
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .tensor(let description): try description.encode(to: encoder)
    case .metadata(let values): try values.encode(to: encoder)
    }
  }
}

extension DType {
  private static let safetensorsNames: [DType: String] = [
    .float32: "F32", .float64: "F64", .float16: "F16", .bfloat16: "BF16", .int64: "I64", .int32: "I32",
    .int16: "I16", .int8: "I8", .uint8: "U8", .bool: "BOOL",
  ]

  fileprivate var safetensorsName: String { DType.safetensorsNames[self, default: "F32"] }

  fileprivate init?(safetensors name: String) {
    guard let match = DType.safetensorsNames.first(where: { $0.value == name }) else { return nil }
    self = match.key
  }
}
