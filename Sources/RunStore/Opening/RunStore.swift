public import Foundation
import GRDB

/// One file that holds experiments: their runs, the stages these share, and all that was recorded of them.
///
/// Any number of threads and processes of one machine may read and write the same file at once. Functions that ask
/// see one state of the store each, whatever is written meanwhile.
///
/// Every function throws `StoreError` where the file fails it: a full disk, a folder that may not be written to.
public final class RunStore: Sendable {
  public enum Mode: Sendable {
    /// Reads and writes; makes the file where there is none.
    case create
    /// Reads and writes a file that is there.
    case existing
    /// Only reads, and leaves the file as it is, journal mode included; the folder need not be writable.
    case readOnly
  }

  /// As it was given.
  public let path: String
  public let mode: Mode
  /// Where checkpoints and locks lie: for `F.db`, the folder `.darkroom/F` beside it.
  public let artifacts: URL

  /// Throws `InputError` where the file is missing (unless `mode` is `create`), no store of Darkroom's, or one of a
  /// newer Darkroom; such a file is left untouched.
  public init(path: String, mode: Mode) throws {
    throw StoreError(path: path, message: "not written yet")
  }
}
