public import Experiments
public import Foundation

extension TrainerProgram {
  /// Pictures a second that `workers` processes train together, as `darkroom-trainer throughput` measures it.
  ///
  /// Throws `InputError` where one cannot be started, or fails.
  public static func throughput(_ request: Value, workers: Int, by trainer: URL) throws -> Double {
    let measured = try (0..<workers).map { _ in try MeasuredWorker(request, trainer) }
    defer { for worker in measured { worker.end() } }
    // All are ready before any begins, so that they are measured beside each other.
    for worker in measured { _ = try worker.answer() }
    for worker in measured { worker.begin() }
    return try measured.reduce(0) { sum, worker in
      guard let rate = try worker.answer()["pictures_per_second"]?.number else { throw worker.failure }
      return sum + rate
    }
  }
}

private final class MeasuredWorker {
  private let process = Process()
  private let (input, output) = (Foundation.Pipe(), Foundation.Pipe())
  private let program: URL
  private var unread = Data()

  init(_ request: Value, _ program: URL) throws {
    self.program = program
    process.executableURL = program
    process.arguments = ["throughput"]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw InputError("\(program.path) cannot be started")
    }
    input.fileHandleForWriting.writeToChild(Data((request.json + "\n").utf8))
  }

  var failure: InputError { InputError("\(program.lastPathComponent) could not time a training") }

  func begin() { input.fileHandleForWriting.writeToChild(Data("\n".utf8)) }

  func answer() throws -> Value {
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: unread[..<end], as: UTF8.self)
        unread = Data(unread[(end + 1)...])
        return try Value(json: line)
      }
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw failure }
      unread.append(more)
    }
  }

  /// It ends by itself once its input has.
  func end() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
