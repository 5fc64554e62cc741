import Experiments
import Files
public import Foundation
public import RunStore

/// Runs handed over to other programs, as a folder that is there whole or not at all.
public struct StoreExport {
  public enum Format: String, CaseIterable, Sendable { case tensorboard, mlflow, csv }

  /// What tells a folder of ours from another.
  static let marker = "darkroom-export.json"

  private let store: RunStore
  private let runs: [RunSummary]

  public init(_ runs: [RunSummary], of store: RunStore) {
    self.runs = runs
    self.store = store
  }

  /// - Parameters:
  ///   - folder: missing or empty, or with `overwriting` an earlier export, which stays until the new one is whole.
  /// - Throws: `InputError` where something else is there.
  public func write(_ format: Format, to folder: URL, overwriting: Bool = false) throws {
    let folder = folder.standardizedFileURL
    let isOurs = FileManager.default.fileExists(atPath: folder.appending(path: Self.marker).path(percentEncoded: false))
    if !DurableFolder.isFree(folder) {
      let place = folder.path(percentEncoded: false)
      guard isOurs else { throw InputError("something else is there; name a folder that isn't there yet", file: place) }
      guard overwriting else {
        throw InputError("an export is there already; --overwrite puts the new one in its place", file: place)
      }
    }
    try DurableFolder.make(at: folder, replacing: isOurs) { unfinished in
      switch format {
      case .tensorboard: try TensorBoardFolder(runs: runs, store: store).write(to: unfinished)
      case .mlflow: try MLflowFolder(runs: runs, store: store, destination: folder).write(to: unfinished)
      case .csv: try TableFolder(runs: runs, store: store).write(to: unfinished)
      }
      let marker: Value = ["format": .string(format.rawValue), "store": .string(store.path), "runs": .int(runs.count)]
      try Data((marker.json + "\n").utf8).write(to: unfinished.appending(path: Self.marker))
    }
  }
}
