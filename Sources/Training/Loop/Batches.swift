import Datasets
import Experiments
import Randomness

/// What a step is trained on, as plain values, which any thread can make and hand on.
struct Batch: Equatable, Sendable {
  /// In the epoch's order, one a picture.
  let places: Range<Int>
  /// Pictures in ±1: rows × columns × 3 values each.
  let pictures: [Float]
  /// ε: 3 × rows × columns values each.
  let noise: [Float]
  /// Timesteps, one a picture.
  let t: [Int]
  /// One a picture; nil where the network isn't told.
  let labels: [Int?]
}

/// The batches of a training's epochs. All that is random in them follows from the seed, the epoch and a picture's place
/// in the order, so that any of them can be made at any time.
struct Batches: Sendable {
  private let data: PreparedData
  private let size: Int
  private let timesteps: Int
  private let order: EpochOrder
  private let augmentation: Augmentation
  private let timestepStream: RandomStream
  private let noiseStream: RandomStream
  private let labelStream: RandomStream

  /// - Parameter timesteps: T.
  init(_ data: PreparedData, _ configuration: Configuration, timesteps: Int) {
    self.data = data
    self.timesteps = timesteps
    let (training, seed) = (configuration.training, configuration.seed)
    size = training.batchSize
    order = EpochOrder(
      pictures: data.split.train, labels: data.labels, classCount: data.classNames.count,
      balance: configuration.data.balance, batchSize: training.batchSize, seed: seed)
    augmentation = Augmentation(configuration.data.augmentation, seed: seed)
    timestepStream = RandomStream(seed: seed, purpose: "timesteps")
    noiseStream = RandomStream(seed: seed, purpose: "noise")
    labelStream = RandomStream(seed: seed, purpose: "label_mask")
  }

  /// - Parameter labelKeep: the probability that a picture keeps its label.
  /// - Returns: how many batches the epoch has, and what makes each of them by its number.
  func epoch(
    _ epoch: Int, labelKeep: Double
  ) -> (count: Int, batch: @Sendable (_ number: Int) -> Batch) {
    let pictures = order.indices(epoch: epoch)
    let count = (pictures.count + size - 1) / size
    return (
      count,
      { number in
        let places = number * size..<min((number + 1) * size, pictures.count)
        return batch(epoch, places, Array(pictures[places]), labelKeep: labelKeep)
      }
    )
  }

  private func batch(_ epoch: Int, _ places: Range<Int>, _ indices: [Int], labelKeep: Double) -> Batch {
    Batch(
      places: places, pictures: data.values(indices, augmentation, epoch: epoch, places: places),
      noise: noiseStream.normalValues(data.size * data.size * 3, epoch: epoch, indices: places),
      t: places.map { timestepStream.integer(below: timesteps, epoch: epoch, element: $0) },
      labels: zip(places, indices).map { place, index in
        labelStream.uniform(epoch: epoch, element: place) < labelKeep ? data.labels[index] : nil
      })
  }
}
