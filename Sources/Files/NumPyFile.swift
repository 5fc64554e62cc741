public import Foundation

/// An array in NumPy's `.npy` format, versions 1 to 3: a magic string, a header that is a Python dictionary, raw
/// elements. The elements stay where they are: in the file, where that is mapped.
public struct NumPyFile: Sendable {
  /// The types of elements that are read, by NumPy's names for them.
  public enum Element: String, CaseIterable, Sendable {
    case float16 = "<f2"
    case float32 = "<f4"
    case float64 = "<f8"
    case int8 = "|i1"
    case int16 = "<i2"
    case int32 = "<i4"
    case int64 = "<i8"
    case uint8 = "|u1"
    case uint16 = "<u2"
    case uint32 = "<u4"
    case uint64 = "<u8"
    case bool = "|b1"

    /// Bytes of one element.
    public var byteWidth: Int {
      switch self {
      case .float64, .int64, .uint64: 8
      case .float32, .int32, .uint32: 4
      case .float16, .int16, .uint16: 2
      case .int8, .uint8, .bool: 1
      }
    }
  }

  public static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  public let element: Element
  /// Whether the first index is the one that moves fastest, as in Fortran.
  public let isFortranOrder: Bool
  public let shape: [Int]
  /// The elements as they lie in the file, little-endian.
  public let bytes: Data

  public var count: Int { bytes.count / element.byteWidth }

  /// - Parameter file: the whole file; mapped, it is not held in memory a second time.
  /// - Throws: `NumPyError` where it is truncated, or holds more or other bytes than its header says.
  public init(_ file: Data) throws(NumPyError) {
    let start = [UInt8](file.prefix(12))
    guard start.starts(with: Self.magic.prefix(start.count)), !start.isEmpty else {
      throw NumPyError("isn't an .npy file")
    }
    guard start.count >= 10 else { throw NumPyError("is truncated within its header") }
    guard (1...3).contains(start[6]) else {
      throw NumPyError("is of .npy version \(start[6]), which Darkroom doesn't know")
    }
    let lengthBytes = start[6] == 1 ? 2 : 4
    guard start.count >= 8 + lengthBytes else { throw NumPyError("is truncated within its header") }
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(start[8 + $1]) << (8 * $1) }
    let dataStart = 8 + lengthBytes + length
    guard dataStart <= file.count else { throw NumPyError("is truncated within its header") }

    let header = file[file.startIndex + 8 + lengthBytes..<file.startIndex + dataStart]
    (element, isFortranOrder, shape) = try Self.parse(String(decoding: header, as: UTF8.self))
    guard let expected = byteCount(of: shape, elementWidth: element.byteWidth) else {
      throw NumPyError("has the impossible shape \(shape)")
    }
    bytes = file[(file.startIndex + dataStart)...]
    guard bytes.count == expected else {
      throw NumPyError(
        "should hold \(expected) bytes for the shape \(shape), and holds \(bytes.count): it is truncated or altered")
    }
  }

  private static func parse(_ header: String) throws(NumPyError) -> (Element, Bool, [Int]) {
    guard let name = header.firstMatch(of: /'descr':\s*'([^']*)'/)?.1,
      let order = header.firstMatch(of: /'fortran_order':\s*(True|False)/)?.1,
      let extents = header.firstMatch(of: /'shape':\s*\(([0-9, ]*)\)/)?.1
    else { throw NumPyError("has a header that isn't .npy's") }
    guard let element = Element(rawValue: String(name)) else {
      let why = name.hasPrefix(">") ? "; it is big-endian, and .astype('<\(name.dropFirst())') turns it round" : ""
      throw NumPyError("holds elements of type '\(name)', which Darkroom doesn't read\(why)")
    }
    var shape: [Int] = []
    for part in extents.split(separator: ",") {
      let digits = part.trimmingCharacters(in: .whitespaces)
      guard let extent = Int(digits) else { throw NumPyError("has the impossible extent \(digits)") }
      shape.append(extent)
    }
    return (element, order == "True", shape)
  }
}

extension NumPyFile {
  /// Elements in the order of the file, as numbers; a bool is 0 or 1. Half-precision infinities and NaN come as
  /// numbers from 65,536 on.
  ///
  /// - Precondition: `range` lies within 0..<`count`.
  public func numbers(_ range: Range<Int>) -> [Double] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "elements \(range) of \(count)")
    return bytes.withUnsafeBytes { bytes in
      func load<T: BitwiseCopyable>(_ type: T.Type, _ number: (T) -> Double) -> [Double] {
        range.map { number(bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: type)) }
      }
      return switch element {
      // Its exponent's bias is 15, and float32's 127.
      case .float16:
        load(UInt16.self) { half in
          let magnitude = Double(Float(bitPattern: UInt32(half & 0x7FFF) << 13) * 0x1p112)
          return half & 0x8000 == 0 ? magnitude : -magnitude
        }
      case .float32: load(Float.self) { Double($0) }
      case .float64: load(Double.self) { $0 }
      case .int8: load(Int8.self) { Double($0) }
      case .int16: load(Int16.self) { Double($0) }
      case .int32: load(Int32.self) { Double($0) }
      case .int64: load(Int64.self) { Double($0) }
      case .uint8, .bool: load(UInt8.self) { Double($0) }
      case .uint16: load(UInt16.self) { Double($0) }
      case .uint32: load(UInt32.self) { Double($0) }
      case .uint64: load(UInt64.self) { Double($0) }
      }
    }
  }
}

/// Why a file's bytes are no `.npy` array: a part of a sentence that begins with the file's name.
public struct NumPyError: Error, Equatable, Sendable {
  public let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// The bytes that an array needs; nil where an extent is negative or the product overflows.
public func byteCount(of shape: [Int], elementWidth: Int) -> Int? {
  var count = elementWidth
  for extent in shape {
    guard extent >= 0 else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: extent)
    guard !overflow else { return nil }
    count = product
  }
  return count
}
