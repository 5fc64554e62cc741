import CTorch

/// Elementwise arithmetic; shapes broadcast as in NumPy.
extension Tensor {
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    Tensor(handle: trapping("add", [a, b]) { ctorch_add(a.handle, b.handle, 1, &$0) })
  }

  public static func - (a: Tensor, b: Tensor) -> Tensor {
    Tensor(handle: trapping("subtract", [a, b]) { ctorch_add(a.handle, b.handle, -1, &$0) })
  }

  public static func * (a: Tensor, b: Tensor) -> Tensor {
    Tensor(handle: trapping("multiply", [a, b]) { ctorch_mul(a.handle, b.handle, &$0) })
  }

  public static func / (a: Tensor, b: Tensor) -> Tensor {
    Tensor(handle: trapping("divide", [a, b]) { ctorch_div(a.handle, b.handle, &$0) })
  }

  public static func + (a: Tensor, b: Double) -> Tensor {
    Tensor(handle: trapping("add", [a]) { ctorch_add_scalar(a.handle, b, &$0) })
  }

  public static func - (a: Tensor, b: Double) -> Tensor { a + -b }

  public static func * (a: Tensor, b: Double) -> Tensor {
    Tensor(handle: trapping("multiply", [a]) { ctorch_mul_scalar(a.handle, b, &$0) })
  }

  public static func * (a: Double, b: Tensor) -> Tensor { b * a }

  public static func / (a: Tensor, b: Double) -> Tensor {
    Tensor(handle: trapping("divide", [a]) { ctorch_div_scalar(a.handle, b, &$0) })
  }

  public static prefix func - (a: Tensor) -> Tensor { a * -1 }

  public func abs() -> Tensor { Tensor(handle: trapping("abs", [self]) { ctorch_abs(handle, &$0) }) }

  public func square() -> Tensor { Tensor(handle: trapping("square", [self]) { ctorch_square(handle, &$0) }) }

  public func squareRoot() -> Tensor { Tensor(handle: trapping("squareRoot", [self]) { ctorch_sqrt(handle, &$0) }) }

  public func exp() -> Tensor { Tensor(handle: trapping("exp", [self]) { ctorch_exp(handle, &$0) }) }

  public func sin() -> Tensor { Tensor(handle: trapping("sin", [self]) { ctorch_sin(handle, &$0) }) }

  public func cos() -> Tensor { Tensor(handle: trapping("cos", [self]) { ctorch_cos(handle, &$0) }) }

  /// Halves go to the even neighbour.
  public func rounded() -> Tensor { Tensor(handle: trapping("rounded", [self]) { ctorch_round(handle, &$0) }) }

  public func clamped(_ low: Double, _ high: Double) -> Tensor {
    Tensor(handle: trapping("clamped", [self]) { ctorch_clamp(handle, low, high, &$0) })
  }

  public func minimum(_ other: Tensor) -> Tensor {
    Tensor(handle: trapping("minimum", [self, other]) { ctorch_minimum(handle, other.handle, &$0) })
  }

  public func maximum(_ other: Tensor) -> Tensor {
    Tensor(handle: trapping("maximum", [self, other]) { ctorch_maximum(handle, other.handle, &$0) })
  }

  public func sum() -> Tensor { Tensor(handle: trapping("sum", [self]) { ctorch_sum(handle, &$0) }) }

  public func mean() -> Tensor { Tensor(handle: trapping("mean", [self]) { ctorch_mean(handle, &$0) }) }

  /// Shape: [n, ...] → [n].
  public func rowMeans() -> Tensor { Tensor(handle: trapping("rowMeans", [self]) { ctorch_row_means(handle, &$0) }) }

  /// The quantile `q`, 0…1, of each row of a matrix, linearly interpolated. Shape: [rows, columns] → [rows].
  public func rowQuantile(_ q: Double) -> Tensor {
    Tensor(handle: trapping("rowQuantile", [self]) { ctorch_row_quantile(handle, q, &$0) })
  }
}
