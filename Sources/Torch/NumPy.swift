import Files
public import Foundation

/// NumPy's `.npy` format, versions 1 to 3: a magic string, a header that is a Python dictionary, raw elements.
public enum NumPy {
  /// - Throws: `FormatError` where the file is truncated, or holds more or other bytes than its header says.
  public static func read(_ url: URL) throws -> Tensor {
    func refuse(_ reason: String) -> FormatError { FormatError(file: url.path, reason: reason) }
    let file = try readMapped(url)
    let array: NumPyFile
    do { array = try NumPyFile(file) } catch { throw refuse(error.reason) }
    guard let dtype = descriptors.first(where: { $0.element == array.element })?.dtype else {
      throw refuse("holds elements of type '\(array.element.rawValue)', which a tensor can't have")
    }
    let stored = array.isFortranOrder ? Array(array.shape.reversed()) : array.shape
    let tensor = try array.bytes.withUnsafeBytes { try Tensor(bytes: $0, shape: stored, dtype: dtype) }
    guard array.isFortranOrder else { return tensor }
    return tensor.permuted(Array((0..<stored.count).reversed())).contiguous()
  }

  /// Writes version 1, in C order, to a temporary name, syncs, renames.
  public static func write(_ tensor: Tensor, to url: URL) throws {
    guard let descriptor = descriptors.first(where: { $0.dtype == tensor.dtype })?.element.rawValue else {
      throw FormatError(file: url.path, reason: "can't hold the type \(tensor.dtype)")
    }
    let shape = tensor.shape.map(String.init).joined(separator: ", ") + (tensor.shape.count == 1 ? "," : "")
    var header = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': (\(shape)), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"

    var start = Data(NumPyFile.magic + [1, 0])
    start.append(contentsOf: [UInt8(header.utf8.count & 0xff), UInt8(header.utf8.count >> 8)])
    start.append(contentsOf: header.utf8)
    let file = try DurableFile(at: url)
    try file.write(start)
    try withTemporaryBytes(tensor) { try file.write($0) }
    try file.commit()
  }

  private static let descriptors: [(element: NumPyFile.Element, dtype: DType)] = [
    (.float32, .float32), (.float64, .float64), (.float16, .float16), (.int64, .int64), (.int32, .int32),
    (.int16, .int16), (.int8, .int8), (.uint8, .uint8), (.bool, .bool),
  ]
}
