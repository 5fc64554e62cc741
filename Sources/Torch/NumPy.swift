import Files
public import Foundation

/// NumPy's `.npy` format, versions 1 to 3: a magic string, a header that is a Python dictionary, raw elements.
public enum NumPy {
  /// - Throws: `FormatError` where the file is truncated, or holds more or other bytes than its header says.
  public static func read(_ url: URL) throws -> Tensor {
    let file = try readMapped(url)
    func refuse(_ reason: String) -> FormatError { FormatError(file: url.path, reason: reason) }

    let bytes = [UInt8](file.prefix(12))
    guard bytes.count >= 10, bytes.starts(with: magic) else { throw refuse("isn't an .npy file") }
    guard (1...3).contains(bytes[6]) else {
      throw refuse("is of .npy version \(bytes[6]), which Darkroom doesn't know")
    }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    guard bytes.count >= 8 + lengthBytes else { throw refuse("is truncated within its header") }
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let dataStart = 8 + lengthBytes + length
    guard dataStart <= file.count else { throw refuse("is truncated within its header") }

    let header = try Header(
      String(decoding: file[file.startIndex + 8 + lengthBytes..<file.startIndex + dataStart], as: UTF8.self),
      refuse: refuse)
    guard let expected = byteCount(header.shape, header.dtype) else {
      throw refuse("has the impossible shape \(header.shape)")
    }
    guard file.count - dataStart == expected else {
      throw refuse(
        "should hold \(expected) bytes for the shape \(header.shape), and holds \(file.count - dataStart): "
          + "it is truncated or altered")
    }
    let stored = header.fortranOrder ? Array(header.shape.reversed()) : header.shape
    let tensor = try file.withUnsafeBytes { all in
      try Tensor(bytes: UnsafeRawBufferPointer(rebasing: all[dataStart...]), shape: stored, dtype: header.dtype)
    }
    guard header.fortranOrder else { return tensor }
    return tensor.permuted(Array((0..<stored.count).reversed())).contiguous()
  }

  /// Writes version 1, in C order, to a temporary name, syncs, renames.
  public static func write(_ tensor: Tensor, to url: URL) throws {
    guard let descriptor = descriptors.first(where: { $0.dtype == tensor.dtype })?.name else {
      throw FormatError(file: url.path, reason: "can't hold the type \(tensor.dtype)")
    }
    let shape = tensor.shape.map(String.init).joined(separator: ", ") + (tensor.shape.count == 1 ? "," : "")
    var header = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': (\(shape)), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"

    var start = Data(magic + [1, 0])
    start.append(contentsOf: [UInt8(header.utf8.count & 0xff), UInt8(header.utf8.count >> 8)])
    start.append(contentsOf: header.utf8)
    let file = try DurableFile(at: url)
    try file.write(start)
    try withTemporaryBytes(tensor) { try file.write($0) }
    try file.commit()
  }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  private static let descriptors: [(name: String, dtype: DType)] = [
    ("<f4", .float32), ("<f8", .float64), ("<f2", .float16), ("<i8", .int64), ("<i4", .int32), ("<i2", .int16),
    ("|i1", .int8), ("|u1", .uint8), ("|b1", .bool),
  ]

  private struct Header {
    var dtype: DType
    var fortranOrder: Bool
    var shape: [Int]

    init(_ text: String, refuse: (String) -> FormatError) throws {
      let descriptor = /'descr':\s*'([^']*)'/
      let order = /'fortran_order':\s*(True|False)/
      let extents = /'shape':\s*\(([0-9, ]*)\)/
      guard let name = text.firstMatch(of: descriptor)?.1, let order = text.firstMatch(of: order)?.1,
        let extents = text.firstMatch(of: extents)?.1
      else { throw refuse("has a header that isn't .npy's") }
      guard let dtype = NumPy.descriptors.first(where: { $0.name == name })?.dtype else {
        throw refuse("holds elements of type '\(name)', which Darkroom doesn't read")
      }
      self.dtype = dtype
      fortranOrder = order == "True"
      shape = try extents.split(separator: ",").map { part in
        let digits = part.trimmingCharacters(in: .whitespaces)
        guard let extent = Int(digits) else { throw refuse("has the impossible extent \(digits)") }
        return extent
      }
    }
  }
}
