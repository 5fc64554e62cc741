import Files
import Foundation

/// The bytes that a shape needs; nil where an extent is negative or the product overflows.
func byteCount(_ shape: [Int], _ dtype: DType) -> Int? {
  byteCount(of: shape, elementWidth: dtype.byteWidth)
}

/// Hands `body` the tensor's elements, row by row and little-endian.
func withTemporaryBytes<Result>(_ tensor: Tensor, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
{
  let bytes = UnsafeMutableRawBufferPointer.allocate(
    byteCount: tensor.count * tensor.dtype.byteWidth, alignment: 16)
  defer { bytes.deallocate() }
  tensor.copyBytes(into: bytes)
  return try body(UnsafeRawBufferPointer(bytes))
}

/// - Throws: `FormatError` where the file can't be read.
func readMapped(_ url: URL) throws -> Data {
  do {
    return try Data(contentsOf: url, options: .mappedIfSafe)
  } catch CocoaError.fileReadNoSuchFile {
    throw FormatError(file: url.path, reason: "doesn't exist")
  } catch {
    throw FormatError(file: url.path, reason: "can't be read: \(error.localizedDescription)")
  }
}
