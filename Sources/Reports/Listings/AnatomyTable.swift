import Experiments
import Foundation

/// What trainings are made of, a column each: numbers to learn, memory, operations.
struct AnatomyTable {
  /// The trainings' names, and what they cost.
  let columns: [(title: String, batchSize: Int, cost: TrainingCost)]

  var table: Table {
    var table = Table(
      [.init("part", title: "training")]
        + columns.map { .init($0.title, title: $0.title, alignment: .right) })
    func row(_ title: String, strong: Bool = false, _ value: (TrainingCost) -> Double, _ text: (Double) -> String) {
      let cells = columns.map { column -> Table.Cell in
        let number = value(column.cost)
        return .init(.int(Int(number)), text: text(number), emphasis: strong ? .strong : .none)
      }
      table.append([.init(.string(title), text: title, emphasis: strong ? .strong : .none)] + cells)
    }
    row("parameters", strong: true, { $0.number("parameters", "unet") + $0.number("parameters", "label") }, grouped)
    for (title, keys) in Self.parts {
      row("  \(title)", { cost in keys.reduce(0) { $0 + cost.number("parameters", $1) } }, grouped)
    }
    let batches = Set(columns.map(\.batchSize))
    row(
      "memory\(batches.count == 1 ? ", batch \(columns[0].batchSize)" : " at its fullest")", strong: true,
      { $0.number("memory", "peak") }, readableBytes)
    for (title, key) in Self.memory where columns.contains(where: { $0.cost.number("memory", key) > 0 }) {
      row("  \(title)", { $0.number("memory", key) }, readableBytes)
    }
    row("operations a picture, trained", strong: true, { $0.number("flops", "training") }, readableOperations)
    row("  drawn, each step", { $0.number("flops", "forward") }, readableOperations)
    return table
  }

  private static let parts = [
    ("time embedding", ["unet.time_embedding"]), ("context", ["unet.encoder_hid_proj"]),
    ("way down", ["unet.conv_in", "unet.down_blocks"]), ("middle", ["unet.mid_block"]),
    ("way up", ["unet.up_blocks", "unet.conv_norm_out", "unet.conv_out"]), ("label net", ["label"]),
  ]
  private static let memory = [
    ("weights", "weights"), ("gradients", "gradients"), ("optimizer", "optimizer"), ("averaged weights", "average"),
    ("activations", "activations"), ("between tensors", "allocator"), ("pictures", "pictures"), ("libtorch", "runtime"),
  ]
}

/// `7,628,291`.
private func grouped(_ number: Double) -> String {
  var digits = Array(String(Int(number)))
  for index in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: index) }
  return String(digits)
}

/// `30 MB`, `1.85 GB`: thousands, three digits.
private func readableBytes(_ bytes: Double) -> String {
  bytes < 1e9 ? "\((bytes / 1e6).rounded(significant: 3)) MB" : "\((bytes / 1e9).rounded(significant: 3)) GB"
}

private func readableOperations(_ count: Double) -> String { "\((count / 1e9).rounded(significant: 3)) GFLOP" }
