import Experiments
import Foundation
import GRDB

/// The picture cells that a run drew after one epoch, in the order of the grid.
public struct SampleGrid: Equatable, Sendable {
  /// The last one trained, 0-based.
  public var epoch: Int
  public var cells: [GridCell]
}

extension RunStore {
  /// The grid drawn after an epoch, or with nil the latest; nil where there is none.
  public func grid(ofRun id: String, epoch: Int? = nil) throws -> SampleGrid? {
    try read { database in
      let run = try runNumber(id, in: database, path: path)
      guard let epoch = try epoch ?? gridEpochs(of: run, in: database).last else { return nil }
      let sql = """
        SELECT grid_cell.* FROM path JOIN grid_cell ON grid_cell.stage = path.stage
        WHERE path.run = ? AND epoch = ? ORDER BY cell
        """
      let rows = try Row.fetchAll(database, sql: sql, arguments: [run, epoch])
      guard !rows.isEmpty else { return nil }
      return SampleGrid(
        epoch: epoch,
        cells: rows.map { row in
          GridCell(
            index: row["cell"], noiseIndex: row["noise_index"], label: row["label"], labelName: row["label_name"],
            size: row["size"], rgb: Array(row["pixels"] as Data))
        })
    }
  }

  /// The epochs after which a run drew grids, ascending.
  public func gridEpochs(ofRun id: String) throws -> [Int] {
    try read { database in
      try gridEpochs(of: try runNumber(id, in: database, path: path), in: database)
    }
  }

  private func gridEpochs(of run: Int64, in database: Database) throws -> [Int] {
    try Int.fetchAll(
      database,
      sql: """
        SELECT DISTINCT epoch FROM path JOIN grid_cell ON grid_cell.stage = path.stage
        WHERE path.run = ? ORDER BY epoch
        """, arguments: [run])
  }
}
