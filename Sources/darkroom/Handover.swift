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
