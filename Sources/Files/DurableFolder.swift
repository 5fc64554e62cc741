public import Foundation

/// A folder that appears whole or not at all: filled under a temporary name beside its own, then renamed.
public enum DurableFolder {
  /// - Parameters:
  ///   - destination: missing, or an empty folder.
  ///   - fill: writes into the folder that it is given.
  /// - Throws: `FileError` where the place can't be written or holds something already, and what `fill` throws; nothing
  ///   is left behind then.
  public static func make(at destination: URL, fill: (URL) throws -> Void) throws {
    let destination = destination.standardizedFileURL
    let temporary = destination.deletingLastPathComponent().appendingPathComponent(
      ".\(destination.lastPathComponent).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp", isDirectory: true)
    guard mkdir(temporary.path, 0o755) == 0 else { throw FileError("cannot make", destination) }
    do {
      try fill(temporary)
      guard rename(temporary.path, destination.path) == 0 else { throw FileError("cannot rename to", destination) }
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw error
    }
  }

  /// Whether `make` may put a folder there: nothing is there, or an empty folder.
  public static func isFree(_ destination: URL) -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: destination.path, isDirectory: &isFolder) else { return true }
    return isFolder.boolValue
      && (try? FileManager.default.contentsOfDirectory(atPath: destination.path))?.isEmpty == true
  }
}
