import CTorch

extension Tensor {
  /// The elements, row by row, converted to `Value` where the tensor's type is another.
  public func values<Value: Element>(as type: Value.Type = Float.self) -> [Value] {
    let source = dtype == Value.dtype ? self : to(Value.dtype)
    return [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
      trapping("values", [self]) {
        ctorch_to_bytes(source.handle, buffer.baseAddress, buffer.count * MemoryLayout<Value>.stride, &$0)
      }
      initialized = count
    }
  }

  /// Writes the elements, row by row and little-endian, into `bytes`, which must be just as long.
  public func copyBytes(into bytes: UnsafeMutableRawBufferPointer) {
    trapping("copyBytes", [self]) { ctorch_to_bytes(handle, bytes.baseAddress, bytes.count, &$0) }
  }

  /// The only element.
  public func item() -> Double {
    var value = 0.0
    trapping("item", [self]) { ctorch_item(handle, &value, &$0) }
    return value
  }

  /// Takes the values of a tensor of the same shape, in place.
  public func assign(_ source: Tensor) {
    withoutGradients { trapping("assign", [self, source]) { ctorch_copy(handle, source.handle, &$0) } }
  }

  public func to(_ dtype: DType) -> Tensor {
    Tensor(handle: trapping("to", [self]) { ctorch_to_dtype(handle, dtype.code, &$0) })
  }

  /// The same [n, c, h, w], with the channels of a pixel side by side in memory.
  public func channelsLast() -> Tensor {
    Tensor(handle: trapping("channelsLast", [self]) { ctorch_contiguous(handle, true, &$0) })
  }

  /// The same, laid out row by row.
  public func contiguous() -> Tensor {
    Tensor(handle: trapping("contiguous", [self]) { ctorch_contiguous(handle, false, &$0) })
  }

  public var isChannelsLast: Bool { ctorch_is_channels_last(handle) }

  /// Whether no element is NaN or infinite.
  public var isFinite: Bool {
    var finite = false
    trapping("isFinite", [self]) { ctorch_all_finite(handle, &finite, &$0) }
    return finite
  }
}
