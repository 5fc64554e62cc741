public import Torch
import TorchNN

/// Fits a classifier: 400 steps of 64 pictures with Adam, the rate falling in a straight line to 0, cross-entropy.
/// Then the features' scale is taken over all pictures.
public struct ClassifierTraining {
  public static let steps = 400
  public static let batchSize = 64
  private static let learningRate = 3e-3

  /// uint8, [count, size, size, 3].
  private let pictures: Tensor
  private let labels: [Int]
  private let classes: Int

  /// - Parameter labels: one a picture, each below `classes`.
  public init(pictures: Tensor, labels: [Int], classes: Int) {
    self.pictures = pictures
    self.labels = labels
    self.classes = classes
  }

  /// - Parameters:
  ///   - seed: of the initial weights.
  ///   - order: an epoch's pictures, by index, in the order in which they are shown; at least one.
  ///   - pause: is called between steps, and may throw.
  /// - Throws: what `pause` does.
  public func run(
    seed: Int, steps: Int = Self.steps, order: (_ epoch: Int) -> [Int], pause: () throws -> Void = {}
  ) throws -> Classifier {
    let classifier = Classifier(classes: classes, size: pictures.extent(1))
    classifier.initialize(seed: seed, part: "extractor")
    let optimizer = Adam(classifier.namedParameters(), .init(decoupled: false))
    var (epoch, waiting): (Int, ArraySlice<Int>) = (0, [])
    for step in 0..<steps {
      try pause()
      if waiting.isEmpty {
        waiting = order(epoch)[...]
        epoch += 1
      }
      let batch = Array(waiting.prefix(Self.batchSize))
      waiting = waiting.dropFirst(Self.batchSize)
      loss(classifier, batch).backward()
      optimizer.step(learningRate: Self.learningRate * Double(steps - step) / Double(steps))
      optimizer.clearGradients()
    }
    let features = try classifier.features(ofAll: pictures, pause: pause).values
    classifier.scale.assign(features.square().mean().squareRoot().to(.float32).reshaped([1]))
    return classifier
  }

  private func loss(_ classifier: Classifier, _ batch: [Int]) -> Tensor {
    var wanted = [Float](repeating: 0, count: batch.count * classes)
    for (row, index) in batch.enumerated() { wanted[row * classes + labels[index]] = -1 / Float(batch.count) }
    let (_, logits) = classifier(Classifier.inPlusMinusOne(pictures.selecting(batch)))
    return (logits.logSoftmax() * Tensor(wanted, shape: [batch.count, classes])).sum()
  }
}
