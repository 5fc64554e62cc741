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

  /// - Throws: `FormatError` where the file is truncated, or its header doesn't describe just the bytes that it has.
  public init(contentsOf url: URL) throws {
    let file = try readMapped(url)
    func refuse(_ reason: String) -> FormatError { FormatError(file: url.path, reason: reason) }

    guard file.count >= 8 else { throw refuse("is \(file.count) bytes long; a safetensors file begins with 8") }
    let headerLength = file.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard headerLength <= UInt64(file.count - 8) else {
      throw refuse("says that its header is \(headerLength) bytes long, and only \(file.count - 8) follow")
    }
    let header = file.subdata(in: file.startIndex + 8..<file.startIndex + 8 + Int(headerLength))
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

    for (name, description) in described {
      guard let dtype = DType(safetensors: description.dtype) else {
        throw refuse("tensor \(name) has the type \(description.dtype), which Darkroom doesn't know")
      }
      guard let bytes = byteCount(description.shape, dtype) else {
        throw refuse("tensor \(name) has the impossible shape \(description.shape)")
      }
      guard description.start == expected, description.end >= description.start,
        description.end - description.start == bytes, description.end <= dataCount
      else {
        throw refuse(
          "tensor \(name) \(description.shape) needs \(bytes) bytes from \(expected) on; the header gives it "
            + "\(description.start)..<\(description.end) of \(dataCount): it is truncated or altered")
      }
      expected = description.end
      tensors[name] = try file.withUnsafeBytes { all in
        let range = dataStart + description.start..<dataStart + description.end
        return try Tensor(bytes: UnsafeRawBufferPointer(rebasing: all[range]), shape: description.shape, dtype: dtype)
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
