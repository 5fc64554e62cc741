import Foundation

/// Takes in, again and again, what attempts on other hosts tell. Only a file that has grown is opened, and costs the
/// store something.
public struct RecordFollower {
  private let store: RunStore
  /// In bytes, when a file was last taken in, by the name by which the store knows it.
  private var sizes: [String: Int] = [:]

  public init(_ store: RunStore) {
    self.store = store
  }

  /// As `RunStore.takeInRecords(ofStages:)`.
  /// - Returns: whether any file has grown.
  public mutating func takeIn(ofStages stages: [String]) throws -> Bool {
    var hasGrown = false
    for stage in stages {
      for (name, url) in RecordFiles(stage: stage, in: store.artifacts).all {
        let size = (try? url.resourceValues(forKeys: [.fileSizeKey]))?.fileSize
        guard let size, size != sizes[name] else { continue }
        while try store.takeIn(name, url, stage: stage) {}
        sizes[name] = size
        hasGrown = true
      }
    }
    return hasGrown
  }
}
