import CTorch

extension Tensor {
  /// One extent may be −1: what is left.
  public func reshaped(_ shape: [Int]) -> Tensor {
    Tensor(
      handle: trapping("reshaped", [self]) { ctorch_reshape(handle, shape.map(Int64.init), shape.count, &$0) })
  }

  public func permuted(_ order: [Int]) -> Tensor {
    Tensor(
      handle: trapping("permuted", [self]) { ctorch_permute(handle, order.map(Int64.init), order.count, &$0) })
  }

  /// Extents of 1 are repeated, without a copy.
  public func expanded(_ shape: [Int]) -> Tensor {
    Tensor(
      handle: trapping("expanded", [self]) { ctorch_expand(handle, shape.map(Int64.init), shape.count, &$0) })
  }

  /// The elements `range` of one dimension, as a view.
  public func narrowed(_ dimension: Int, _ range: Range<Int>) -> Tensor {
    Tensor(
      handle: trapping("narrowed", [self]) {
        ctorch_narrow(handle, Int64(dimension), Int64(range.lowerBound), Int64(range.count), &$0)
      })
  }

  /// The rows (of one dimension) that `indices` name, copied.
  public func selecting(_ indices: [Int], dimension: Int = 0) -> Tensor {
    let index = Tensor(indices.map(Int64.init), shape: [indices.count])
    return Tensor(
      handle: trapping("selecting", [self, index]) {
        ctorch_index_select(handle, Int64(dimension), index.handle, &$0)
      })
  }

  public static func concatenated(_ tensors: [Tensor], dimension: Int) -> Tensor {
    let handles: [ctorch_tensor?] = tensors.map(\.handle)
    return Tensor(
      handle: trapping("concatenated", tensors) { ctorch_cat(handles, handles.count, Int64(dimension), &$0) })
  }
}
