public import Foundation

/// A folder that appears whole or not at all: filled under a temporary name beside its own, then renamed.
public enum DurableFolder {
  /// - Parameters:
  ///   - destination: missing, or an empty folder.
  ///   - replacing: whether it may be a folder that holds something. That stays until the new one is whole.
  ///   - fill: writes into the folder that it is given.
  /// - Throws: `FileError` where the place can't be written or holds something already, and what `fill` throws; nothing
  ///   is left behind then.
  public static func make(at destination: URL, replacing: Bool = false, fill: (URL) throws -> Void) throws {
    let destination = destination.standardizedFileURL
    let temporary = temporary(beside: destination)
    guard mkdir(temporary.path, 0o755) == 0 else { throw FileError("cannot make", destination) }
    do {
      try fill(temporary)
      let old = self.temporary(beside: destination)
      if replacing, rename(destination.path, old.path) == 0 {
        guard rename(temporary.path, destination.path) == 0 else {
          let error = FileError("cannot rename to", destination)
          rename(old.path, destination.path)
          throw error
        }
        try FileManager.default.removeItem(at: old)
        return
      }
      guard rename(temporary.path, destination.path) == 0 else { throw FileError("cannot rename to", destination) }
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw error
    }
  }

  private static func temporary(beside destination: URL) -> URL {
    destination.deletingLastPathComponent().appendingPathComponent(
      ".\(destination.lastPathComponent).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp", isDirectory: true)
  }

  /// Whether `make` may put a folder there: nothing is there, or an empty folder.
  public static func isFree(_ destination: URL) -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: destination.path, isDirectory: &isFolder) else { return true }
    return isFolder.boolValue
      && (try? FileManager.default.contentsOfDirectory(atPath: destination.path))?.isEmpty == true
  }
}
