import CTorch

extension Tensor {
  /// Eigenvalues, ascending, and eigenvectors as columns, of a symmetric matrix. Shape: [n, n] → [n], [n, n].
  public func symmetricEigen() -> (values: Tensor, vectors: Tensor) {
    pair("symmetricEigen") { ctorch_symmetric_eigen(handle, &$0, &$1, &$2) }
  }

  /// The `k` smallest elements of each row, ascending, and their columns. Shape: [rows, columns] → [rows, k] twice.
  public func smallest(_ k: Int) -> (values: Tensor, columns: Tensor) {
    pair("smallest") { ctorch_smallest(handle, Int64(k), &$0, &$1, &$2) }
  }

  /// Over the last dimension.
  public func logSoftmax() -> Tensor {
    Tensor(handle: trapping("logSoftmax", [self]) { ctorch_log_softmax(handle, &$0) })
  }

  private func pair(
    _ operation: String, _ body: (inout OpaquePointer?, inout OpaquePointer?, inout Message) -> Bool
  ) -> (Tensor, Tensor) {
    var (first, second): (OpaquePointer?, OpaquePointer?) = (nil, nil)
    trapping(operation, [self]) { body(&first, &second, &$0) }
    guard let first, let second else { trap(operation, [self], "nothing came back") }
    return (Tensor(handle: first), Tensor(handle: second))
  }
}
