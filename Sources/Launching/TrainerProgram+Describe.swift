public import Experiments
public import Foundation

extension TrainerProgram {
  /// What `darkroom-trainer describe` says of trainings, one answer a request.
  ///
  /// Throws `InputError` where it cannot be started, or fails.
  public static func describe(_ requests: [Value], by trainer: URL) throws -> [Value] {
    guard !requests.isEmpty else { return [] }
    let process = Process()
    let (input, output) = (Foundation.Pipe(), Foundation.Pipe())
    process.executableURL = trainer
    process.arguments = ["describe"]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw InputError("\(trainer.path) cannot be started")
    }
    // Some kB, which a pipe holds: the trainer reads them when it is ready.
    input.fileHandleForWriting.writeToChild(Data(requests.map { $0.json + "\n" }.joined().utf8))
    try? input.fileHandleForWriting.close()
    let answers = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let values = answers.split(separator: "\n").compactMap { try? Value(json: String($0)) }
    guard process.terminationStatus == 0, values.count == requests.count else {
      throw InputError("\(trainer.lastPathComponent) could not describe the trainings")
    }
    return values
  }
}
