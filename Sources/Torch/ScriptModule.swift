import CTorch
public import Foundation

/// A network that somebody saved as TorchScript.
public final class ScriptModule {
  private let handle: OpaquePointer

  /// - Throws: `FormatError` where the file can't be read, or is no TorchScript.
  public init(contentsOf url: URL) throws {
    var message: Message = nil
    guard let handle = ctorch_load_script(url.path, &message) else {
      throw FormatError(file: url.path, reason: "can't be loaded as TorchScript: \(takeMessage(message).firstLine)")
    }
    self.handle = handle
  }

  deinit { ctorch_release_script(handle) }

  /// What `forward` gives for one tensor: a tensor, or the first `atMost` of a tuple of them.
  /// - Throws: `TorchError` where it fails, or gives something else.
  public func callAsFunction(_ input: Tensor, atMost: Int) throws -> [Tensor] {
    var results = [OpaquePointer?](repeating: nil, count: atMost)
    var (count, message): (Int, Message) = (0, nil)
    guard ctorch_call_script(handle, input.handle, &results, atMost, &count, &message) else {
      throw TorchError(operation: "TorchScript", message: takeMessage(message).firstLine)
    }
    return results.prefix(count).compactMap { $0.map(Tensor.init(handle:)) }
  }
}

extension String {
  /// TorchScript's errors go on with a trace of its interpreter.
  fileprivate var firstLine: String { split(separator: "\n").first.map(String.init) ?? self }
}
