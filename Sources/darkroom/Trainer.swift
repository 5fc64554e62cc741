import Experiments
import Foundation

/// The other program, which links libtorch and does what needs it.
enum Trainer {
  /// Beside this program, or what `DARKROOM_TRAINER` says.
  static var executable: URL {
    if let path = ProcessInfo.processInfo.environment["DARKROOM_TRAINER"], !path.isEmpty {
      return URL(filePath: path)
    }
    let own = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
    return own.resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "darkroom-trainer")
  }

  /// Goes on as the trainer, whose exit status is then this program's. Returns only by throwing.
  static func replaceThisProcess(arguments: [String]) throws {
    let path = executable.path
    var pointers: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    pointers.append(nil)
    execv(path, pointers)
    let reason = String(cString: strerror(errno))
    for pointer in pointers { free(pointer) }
    throw InputError("cannot start the trainer (\(reason)); `scripts/darkroom` builds it", file: path)
  }
}
