import CTorch

/// The type of a tensor's elements.
public enum DType: String, CaseIterable, Sendable {
  case float32, float64, float16, bfloat16, int64, int32, int16, int8, uint8, bool

  /// Bytes of one element.
  public var byteWidth: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .float64, .float16, .bfloat16: true
    case .int64, .int32, .int16, .int8, .uint8, .bool: false
    }
  }

  var code: ctorch_dtype {
    switch self {
    case .float32: CTORCH_FLOAT32
    case .float64: CTORCH_FLOAT64
    case .float16: CTORCH_FLOAT16
    case .bfloat16: CTORCH_BFLOAT16
    case .int64: CTORCH_INT64
    case .int32: CTORCH_INT32
    case .int16: CTORCH_INT16
    case .int8: CTORCH_INT8
    case .uint8: CTORCH_UINT8
    case .bool: CTORCH_BOOL
    }
  }

  init?(_ code: ctorch_dtype) {
    guard let match = DType.allCases.first(where: { $0.code == code }) else { return nil }
    self = match
  }
}

/// A Swift type whose values can be a tensor's elements.
public protocol Element: BitwiseCopyable, Sendable {
  static var dtype: DType { get }
}

extension Float: Element { public static var dtype: DType { .float32 } }
extension Double: Element { public static var dtype: DType { .float64 } }
extension Int64: Element { public static var dtype: DType { .int64 } }
extension Int32: Element { public static var dtype: DType { .int32 } }
extension UInt8: Element { public static var dtype: DType { .uint8 } }
