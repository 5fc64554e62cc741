import Experiments
import Files

/// Classes of pictures in a `.npy` array: one-hot, [n, classes], or numbers from 0, [n] or [n, 1].
struct LabelArray {
  /// One a picture.
  let labels: [Int]
  let classCount: Int

  /// - Throws: `InputError` that names the first row which isn't a label; it begins with the setting.
  init(_ file: NumPyFile) throws(InputError) {
    switch file.shape.count {
    case 1: (labels, classCount) = try Self.numbers(file)
    case 2 where file.shape[1] == 1: (labels, classCount) = try Self.numbers(file)
    case 2: (labels, classCount) = try Self.oneHot(file)
    default:
      throw InputError(
        "data.labels: the array's shape is \(file.shape.asTuple), and (n, classes), one-hot, or (n,) is needed")
    }
  }

  private static func numbers(_ file: NumPyFile) throws(InputError) -> ([Int], Int) {
    var labels: [Int] = []
    labels.reserveCapacity(file.count)
    for (row, value) in file.numbers(0..<file.count).enumerated() {
      guard let label = Int(exactly: value), (0..<greatestClassCount).contains(label) else {
        throw refuse(row, "holds \(readable(value)), and classes are numbered from 0")
      }
      labels.append(label)
    }
    return (labels, (labels.max() ?? -1) + 1)
  }

  private static func oneHot(_ file: NumPyFile) throws(InputError) -> ([Int], Int) {
    let (rows, classes) = (file.shape[0], file.shape[1])
    let (rowStride, classStride) = file.isFortranOrder ? (1, rows) : (classes, 1)
    let values = file.numbers(0..<file.count)
    var labels: [Int] = []
    labels.reserveCapacity(rows)
    for row in 0..<rows {
      var ones: [Int] = []
      for label in 0..<classes {
        let value = values[row * rowStride + label * classStride]
        guard value == 0 || value == 1 else { throw refuse(row, "holds \(readable(value)), and is no one-hot label") }
        if value == 1 { ones.append(label) }
      }
      guard ones.count == 1 else {
        throw refuse(
          row, ones.isEmpty ? "has no 1" : "has a 1 in the columns \(ones.map(String.init).joined(separator: ", "))")
      }
      labels += ones
    }
    return (labels, classes)
  }

  /// More classes than this are some other array.
  private static let greatestClassCount = 100_000

  private static func refuse(_ row: Int, _ why: String) -> InputError {
    InputError("data.labels: row \(row), counted from 0, \(why)")
  }

  private static func readable(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
