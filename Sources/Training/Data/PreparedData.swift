import Datasets
import Experiments
import Foundation
import Torch

/// The data as a network meets them: what a `prepare` stage leaves behind.
struct PreparedData: Sendable {
  /// size × size × 3 a picture.
  let levels: [UInt8]
  /// Width and height, in pixels.
  let size: Int
  /// Indices into `classNames`, one a picture.
  let labels: [Int]
  let classNames: [String]
  let split: Dataset.Split
  let digest: String

  init(levels: [UInt8], size: Int, labels: [Int], classNames: [String], split: Dataset.Split, digest: String) {
    self.levels = levels
    self.size = size
    self.labels = labels
    self.classNames = classNames
    self.split = split
    self.digest = digest
  }

  init(_ dataset: Dataset) {
    self.init(
      levels: dataset.pixels, size: dataset.size, labels: dataset.labels, classNames: dataset.classNames,
      split: dataset.split, digest: dataset.digest)
  }

  /// How often training draws each class: shares of 1 by the class's name.
  func classShares(_ balance: DataConfiguration.Balance) -> Value {
    let counts = Dataset.counts(split.train.map { labels[$0] }, of: classNames.count)
    return .map(
      zip(classNames, EpochOrder.classShares(counts: counts, balance)).map { Value.Entry($0, .double($1)) })
  }

  /// uint8. Shape: [indices, size, size, 3].
  func pixels(_ indices: [Int]) -> Tensor {
    Tensor(indices.flatMap(levels), shape: [indices.count, size, size, 3])
  }

  /// Pictures in ±1: size × size × 3 values each.
  func values(_ indices: [Int]) -> [Float] { inPlusMinusOne(indices.flatMap(levels)) }

  /// Training pictures as an epoch shows them, likewise.
  ///
  /// - Parameter places: where each stands in the epoch's order, which decides what happens to it.
  func values(_ indices: [Int], _ augmentation: Augmentation, epoch: Int, places: Range<Int>) -> [Float] {
    guard !augmentation.isIdentity else { return values(indices) }
    return inPlusMinusOne(
      zip(indices, places).flatMap { index, place in
        let picture = Picture(width: size, height: size, pixels: Array(levels(index)))
        return augmentation(picture, epoch: epoch, place: place).pixels
      })
  }

  /// What `values` gives, channels last in memory. Shape: [pictures, 3, size, size].
  func tensor(_ values: [Float]) -> Tensor {
    Tensor(values, shape: [values.count / (size * size * 3), size, size, 3]).permuted([0, 3, 1, 2])
  }

  private func levels(_ index: Int) -> ArraySlice<UInt8> {
    let each = size * size * 3
    return levels[index * each..<(index + 1) * each]
  }

  private func inPlusMinusOne(_ levels: [UInt8]) -> [Float] { levels.map { Float($0) / 127.5 - 1 } }
}

extension PreparedData {
  private enum Key {
    static let pixels = "pixels"
    static let labels = "labels"
    static let parts = ["train", "validation", "test"]
    static let classNames = "class_names"
    static let digest = "digest"
  }

  func write(to url: URL) throws {
    func list(_ values: [Int]) -> Tensor { Tensor(values.map(Int64.init), shape: [values.count]) }
    let pixels = Tensor(levels, shape: [labels.count, size, size, 3])
    var tensors = [Key.pixels: pixels, Key.labels: list(labels)]
    for (part, indices) in zip(Key.parts, [split.train, split.validation, split.test]) {
      tensors[part] = list(indices)
    }
    let names = Value.list(classNames.map(Value.string)).json
    try Safetensors(tensors, metadata: [Key.classNames: names, Key.digest: digest]).write(to: url)
  }

  /// - Throws: `FormatError` where the file isn't what `write` made.
  init(contentsOf url: URL) throws {
    let file = try Safetensors(contentsOf: url)
    func list(_ key: String) -> [Int]? { file.tensors[key]?.values(as: Int64.self).map(Int.init) }
    guard let pixels = file.tensors[Key.pixels], pixels.shape.count == 4, let labels = list(Key.labels),
      let train = list("train"), let validation = list("validation"), let test = list("test"),
      let digest = file.metadata[Key.digest], let names = file.metadata[Key.classNames],
      case .list(let classes) = try Value(json: names)
    else { throw FormatError(file: url.path, reason: "isn't prepared data") }
    self.init(
      levels: pixels.values(as: UInt8.self), size: pixels.extent(1), labels: labels,
      classNames: classes.compactMap { if case .string(let name) = $0 { name } else { nil } },
      split: Dataset.Split(train: train, validation: validation, test: test), digest: digest)
  }
}
