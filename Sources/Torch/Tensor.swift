import CTorch

/// A multi-dimensional array of libtorch's, and the node of a gradient graph.
///
/// Operators trap where shapes or types don't fit, and name the operator and the shapes. A tensor belongs to the
/// thread that uses it: it isn't Sendable.
public final class Tensor {
  let handle: OpaquePointer

  init(handle: OpaquePointer) {
    self.handle = handle
  }

  deinit {
    ctorch_release(handle)
  }

  /// A tensor that copies `values`, laid out row by row.
  public convenience init<Value: Element>(_ values: [Value], shape: [Int]) {
    precondition(
      shape.reduce(1, *) == values.count, "Tensor: \(values.count) values don't make the shape \(shape)")
    self.init(
      handle: values.withUnsafeBytes { bytes in
        trapping("Tensor", []) {
          ctorch_from_bytes(bytes.baseAddress, bytes.count, shape.map(Int64.init), shape.count, Value.dtype.code, &$0)
        }
      })
  }

  /// A tensor of raw little-endian elements.
  /// - Throws: `TorchError` where `bytes` is not as long as the shape needs, or memory is short.
  public convenience init(bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType) throws {
    self.init(
      handle: try throwing("Tensor(bytes:)") {
        ctorch_from_bytes(bytes.baseAddress, bytes.count, shape.map(Int64.init), shape.count, dtype.code, &$0)
      })
  }

  public static func full(_ shape: [Int], _ value: Double, dtype: DType = .float32) -> Tensor {
    Tensor(
      handle: trapping("full", []) {
        ctorch_full(shape.map(Int64.init), shape.count, value, dtype.code, &$0)
      })
  }

  public static func zeros(_ shape: [Int], dtype: DType = .float32) -> Tensor {
    full(shape, 0, dtype: dtype)
  }

  /// Zeros of the same shape and type, laid out alike, without a gradient.
  public func zerosAlike() -> Tensor {
    Tensor(handle: trapping("zerosAlike", [self]) { ctorch_zeros_like(handle, &$0) })
  }

  public var shape: [Int] {
    (0..<ctorch_rank(handle)).map { Int(ctorch_extent(handle, $0)) }
  }

  /// The number of elements.
  public var count: Int { Int(ctorch_count(handle)) }

  public var dtype: DType {
    var code = CTORCH_FLOAT32
    guard ctorch_get_dtype(handle, &code), let dtype = DType(code) else {
      fatalError("Tensor: an element type that Torch doesn't know")
    }
    return dtype
  }

  /// The extent of one dimension, counted from the end where negative.
  public func extent(_ dimension: Int) -> Int {
    Int(ctorch_extent(handle, dimension < 0 ? Int(ctorch_rank(handle)) + dimension : dimension))
  }
}

/// What libtorch said of a call that failed.
public struct TorchError: Error, CustomStringConvertible, Equatable {
  public let operation: String
  public let message: String

  public init(operation: String, message: String) {
    self.operation = operation
    self.message = message
  }

  public var description: String { "\(operation): \(message)" }
}

typealias Message = UnsafeMutablePointer<CChar>?

func takeMessage(_ message: Message) -> String {
  guard let message else { return "no reason given" }
  defer { ctorch_free_message(message) }
  return String(cString: message)
}

func trapping(
  _ operation: String, _ inputs: [Tensor], _ body: (inout Message) -> OpaquePointer?
) -> OpaquePointer {
  var message: Message = nil
  guard let handle = body(&message) else { trap(operation, inputs, takeMessage(message)) }
  return handle
}

func trapping(_ operation: String, _ inputs: [Tensor], _ body: (inout Message) -> Bool) {
  var message: Message = nil
  guard body(&message) else { trap(operation, inputs, takeMessage(message)) }
}

func throwing(_ operation: String, _ body: (inout Message) -> OpaquePointer?) throws -> OpaquePointer {
  var message: Message = nil
  guard let handle = body(&message) else {
    throw TorchError(operation: operation, message: takeMessage(message))
  }
  return handle
}

func trap(_ operation: String, _ inputs: [Tensor], _ message: String) -> Never {
  let shapes = inputs.map { "\($0.shape)" }.joined(separator: ", ")
  fatalError("\(operation)(\(shapes)): \(message)")
}
