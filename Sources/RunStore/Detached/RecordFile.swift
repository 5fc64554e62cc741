import Experiments
import Foundation

/// What one attempt on another host tells, a line at a time, each synced before the next.
///
/// An attempt has a file of its own and writes it alone, so a file only ever grows, and at most its last line is torn.
final class RecordFile: RecordSink {
  private let url: URL
  private let descriptor: Int32

  /// Throws `StoreError` where the file is there already, or cannot be made.
  init(making url: URL, _ beginning: RecordLine) throws {
    self.url = url
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.failure(url) }
    try write(beginning)
    let folder = open(url.deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  deinit {
    close(descriptor)
  }

  /// `RecordSink`; the file's name already tells which attempt it is.
  func record(_ contents: [Record.Content], stage: String, attempt: Int, sequence: Int) throws {
    try write(.records(contents, sequence: sequence, time: .now))
  }

  func end(stage: String, attempt: Int, status: Status, message: String?) throws {
    try write(.end(status, message: message, time: .now))
  }

  private func write(_ line: RecordLine) throws {
    let bytes = Array((line.json.json + "\n").utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.failure(url) }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw Self.failure(url) }
  }

  private static func failure(_ url: URL) -> StoreError {
    StoreError(path: url.path, message: "cannot be written: \(String(cString: strerror(errno)))")
  }
}

/// The record files of a stage, in the order in which their attempts began.
struct RecordFiles {
  let folder: URL
  private let stage: String

  init(stage: String, in artifacts: URL) {
    self.stage = stage
    folder = artifacts.appending(path: "records/\(stage)", directoryHint: .isDirectory)
  }

  /// Those of which there are any.
  static func stages(in artifacts: URL) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: artifacts.appending(path: "records").path)) ?? []
  }

  /// `name`: unique among the stage's attempts.
  func file(named name: String, at time: Timestamp) -> URL {
    let digits = String(time.milliseconds)
    return folder.appending(path: String(repeating: "0", count: max(0, 15 - digits.count)) + "\(digits)-\(name).jsonl")
  }

  /// Each with the name by which the store knows it.
  var all: [(name: String, url: URL)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".jsonl") }.sorted().map { ("\(stage)/\($0)", folder.appending(path: $0)) }
  }
}
