import Files
public import Foundation
import GRDB

extension RunStore {
  /// Looks at the store's own consistency, at every checkpoint's file, and for what is left over. Problems come first.
  ///
  /// `digests`: whether files are read through, to see that they are what was written; else only their sizes are looked
  /// at. `settled`: as in `garbage`.
  public func examine(digests: Bool = true, settled: TimeInterval = 3600) throws -> [Finding] {
    let (database, files, stages) = try read { database in
      (try brokenRows(in: database), try checkpoints(in: database), try stoppedStages(in: database))
    }
    let damaged = files.compactMap { damage(of: $0, digests: digests) }
    return try database + damaged + stages + leftovers(settled: settled)
  }

  private func brokenRows(in database: Database) throws -> [Finding] {
    let advice = "recover what can be read with `sqlite3 \(path) .recover`, and use the result as the store"
    let complaints = try String.fetchAll(database, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
    var findings = complaints.map { Finding(severity: .problem, subject: path, message: $0, advice: advice) }
    let orphans = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check")
    for (table, rows) in Dictionary(grouping: orphans, by: { $0["table"] as String }).sorted(by: { $0.key < $1.key }) {
      let parents = Set(rows.map { $0["parent"] as String }).sorted().joined(separator: ", ")
      findings.append(
        Finding(
          severity: .problem, subject: "table \(table)",
          message: "\(rows.count) rows point at rows of \(parents) that are not there",
          advice: "the store was altered by another program; take a copy of it that is older"))
    }
    return findings
  }

  /// Files that results are made from or go on from; of deleted runs too, which may come back.
  private func checkpoints(in database: Database) throws -> [Checkpoint] {
    try Row.fetchAll(database, sql: "SELECT * FROM checkpoint ORDER BY path").map { row in
      Checkpoint(
        state: row["state"], epochs: row["epochs"], path: row["path"], sha256: row["sha256"], bytes: row["bytes"])
    }
  }

  private func damage(of file: Checkpoint, digests: Bool) -> Finding? {
    let url = artifacts.appending(path: file.path)
    let again = "launch its run again: what needs the file makes it anew"
    func finding(_ message: String, _ advice: String) -> Finding {
      Finding(severity: .problem, subject: file.path, message: message, advice: advice)
    }
    guard let size = try? url.resourceValues(forKeys: [.fileSizeKey]).fileSize else {
      return finding("missing", "copy it back to \(artifacts.relativePath)/, or \(again)")
    }
    guard size == file.bytes else {
      return finding("\(size) bytes long where \(file.bytes) were written", "remove it, and \(again)")
    }
    guard digests else { return nil }
    guard let digest = try? FileDigest(of: url) else { return finding("cannot be read", "see to its permissions") }
    return digest.sha256 == file.sha256
      ? nil : finding("not what was written: its SHA-256 differs", "remove it, and \(again)")
  }

  private func stoppedStages(in database: Database) throws -> [Finding] {
    let sql = """
      SELECT stage.hash, stage.kind,
        (SELECT run.id FROM path JOIN run ON run.number = path.run
         WHERE path.stage = stage.number AND run.deleted_at IS NULL ORDER BY run.number LIMIT 1) AS run
      FROM stage WHERE \(SQLText.stageIsGone) ORDER BY stage.number
      """
    return try Row.fetchAll(database, sql: sql).map { row in
      let run = (row["run"] as String?).map { ", of run \($0)," } ?? ""
      return Finding(
        severity: .note, subject: "stage \((row["hash"] as String).prefix(12))",
        message: "the process that executed this \(row["kind"] as String) stage\(run) is gone",
        advice: "launch its file again: it goes on where it stopped")
    }
  }

  private func leftovers(settled: TimeInterval) throws -> [Finding] {
    let garbage = try garbage(settled: settled)
    func note(_ subject: String, _ message: String, _ advice: String) -> Finding {
      Finding(severity: .note, subject: subject, message: message, advice: advice)
    }
    var notes: [Finding] = []
    if !garbage.runs.isEmpty {
      notes.append(
        note(
          "deleted runs", "\(garbage.runs.count)", "`darkroom restore RUN` brings one back, `darkroom gc` frees all"))
    }
    if !garbage.stages.isEmpty {
      notes.append(note("stages that no run needs", "\(garbage.stages.count)", "`darkroom gc` frees them"))
    }
    if !garbage.files.isEmpty {
      notes.append(
        note(
          "files that belong to nothing", "\(garbage.files.count) of \(garbage.bytes) bytes",
          "`darkroom gc --dry-run` lists them, `darkroom gc` frees them"))
    }
    return notes
  }
}
