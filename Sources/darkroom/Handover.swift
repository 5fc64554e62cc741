import ArgumentParser
import Experiments
import Foundation
import Launching

/// Goes on as the trainer, which links libtorch; its exit status is then this program's. Returns only by throwing.
func handOverToTrainer(arguments: [String]) throws {
  let path = try TrainerProgram.find().path
  var pointers: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
  pointers.append(nil)
  execv(path, pointers)
  let reason = String(cString: strerror(errno))
  for pointer in pointers { free(pointer) }
  throw InputError("cannot start the trainer: \(reason)", file: path)
}

/// What the trainer answers in JSON on its standard output; what it complains of goes to standard error.
///
/// Throws `ExitCode` with its exit status where that isn't 0.
func askTrainer(arguments: [String]) throws -> Value {
  let process = Process()
  let output = Pipe()
  process.executableURL = try TrainerProgram.find()
  process.arguments = arguments
  process.standardOutput = output
  try process.run()
  let answer = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else { throw ExitCode(process.terminationStatus) }
  return try Value(json: String(decoding: answer, as: UTF8.self))
}
