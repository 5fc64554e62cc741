import Dispatch
import Synchronization

/// A value that another thread works out while this one goes on.
final class Meanwhile<Value: Sendable, Failure: Error>: Sendable {
  private let result = Mutex<Result<Value, Failure>?>(nil)
  private let end = DispatchSemaphore(value: 0)

  /// Begins at once.
  init(_ work: @escaping @Sendable () throws(Failure) -> Value) {
    DispatchQueue.global().async { [self] in
      let value = Result(catching: work)
      result.withLock { $0 = value }
      end.signal()
    }
  }

  /// Waits until it is there.
  /// - Throws: what the work threw.
  func value() throws(Failure) -> Value {
    end.wait()
    defer { end.signal() }
    guard let value = result.withLock({ $0 }) else { preconditionFailure("the work has ended without a result") }
    return try value.get()
  }
}

/// A value for each number, made on another thread while the one before it is used.
struct MadeAhead<Value: Sendable>: Sequence, IteratorProtocol {
  private var numbers: Range<Int>
  private let make: @Sendable (Int) -> Value
  private var coming: Meanwhile<Value, Never>?

  init(_ numbers: Range<Int>, by make: @escaping @Sendable (Int) -> Value) {
    self.numbers = numbers
    self.make = make
    begin()
  }

  mutating func next() -> Value? {
    let value = coming?.value()
    begin()
    return value
  }

  private mutating func begin() {
    coming = numbers.popFirst().map { [make] number in Meanwhile { make(number) } }
  }
}
