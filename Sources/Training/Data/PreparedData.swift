import Datasets
import Experiments
import Foundation
import Torch

/// The data as a network meets them: what a `prepare` stage leaves behind.
struct PreparedData {
  /// uint8, [count, size, size, 3].
  let pixels: Tensor
  /// Indices into `classNames`, one a picture.
  let labels: [Int]
  let classNames: [String]
  let split: Dataset.Split
  let digest: String

  init(pixels: Tensor, labels: [Int], classNames: [String], split: Dataset.Split, digest: String) {
    self.pixels = pixels
    self.labels = labels
    self.classNames = classNames
    self.split = split
    self.digest = digest
  }

  init(_ dataset: Dataset) {
    self.init(
      pixels: Tensor(dataset.pixels, shape: [dataset.count, dataset.size, dataset.size, 3]), labels: dataset.labels,
      classNames: dataset.classNames, split: dataset.split, digest: dataset.digest)
  }

  /// How often training draws each class: shares of 1 by the class's name.
  func classShares(_ balance: DataConfiguration.Balance) -> Value {
    let counts = Dataset.counts(split.train.map { labels[$0] }, of: classNames.count)
    return .map(
      zip(classNames, EpochOrder.classShares(counts: counts, balance)).map { Value.Entry($0, .double($1)) })
  }

  /// Width and height, in pixels.
  var size: Int { pixels.extent(1) }

  /// Pictures in ±1, channels last in memory. Shape: [indices, 3, size, size].
  func pictures(_ indices: [Int]) -> Tensor {
    inPlusMinusOne(pixels.selecting(indices))
  }

  private func inPlusMinusOne(_ pixels: Tensor) -> Tensor {
    (pixels.to(.float32) / 127.5 - 1).permuted([0, 3, 1, 2])
  }

  /// Training pictures as an epoch shows them, in ±1, channels last in memory. Shape: [indices, 3, size, size].
  ///
  /// - Parameter places: where each stands in the epoch's order, which decides what happens to it.
  func pictures(_ indices: [Int], _ augmentation: Augmentation, epoch: Int, places: Range<Int>) -> Tensor {
    guard !augmentation.isIdentity else { return pictures(indices) }
    let bytes = pixels.selecting(indices).values(as: UInt8.self)
    let each = size * size * 3
    let augmented = zip(stride(from: 0, to: bytes.count, by: each), places).flatMap { start, place in
      let picture = Picture(width: size, height: size, pixels: Array(bytes[start..<start + each]))
      return augmentation(picture, epoch: epoch, place: place).pixels
    }
    return inPlusMinusOne(Tensor(augmented, shape: [indices.count, size, size, 3]))
  }

  /// One-hot labels; a picture for which `keep` is false has none. Shape: [indices, classes].
  func oneHot(_ indices: [Int], keep: [Bool]? = nil) -> Tensor {
    var values = [Float](repeating: 0, count: indices.count * classNames.count)
    for (row, index) in indices.enumerated() where keep?[row] ?? true {
      values[row * classNames.count + labels[index]] = 1
    }
    return Tensor(values, shape: [indices.count, classNames.count])
  }
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
      pixels: pixels, labels: labels,
      classNames: classes.compactMap { if case .string(let name) = $0 { name } else { nil } },
      split: Dataset.Split(train: train, validation: validation, test: test), digest: digest)
  }
}
