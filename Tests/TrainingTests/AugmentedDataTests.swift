import Datasets
import Experiments
import RunStore
import Foundation
import Testing
import Torch

@testable import Training

struct AugmentedDataTests {
  /// Three 4 × 4 pictures.
  let data = PreparedData(
    levels: (0..<144).map { UInt8($0) }, size: 4, labels: [0, 1, 1], classNames: ["a", "b"],
    split: Dataset.Split(train: [0, 1, 2], validation: [], test: []), digest: "")

  @Test func `levels become ±1 as libtorch has them, bit for bit`() {
    let levels = (0..<768).map { UInt8(truncatingIfNeeded: $0) }
    let data = PreparedData(
      levels: levels, size: 16, labels: [0], classNames: ["a"], split: .init(train: [0], validation: [], test: []),
      digest: "")
    let expected = (Tensor(levels, shape: [1, 16, 16, 3]).to(.float32) / 127.5 - 1).permuted([0, 3, 1, 2])
    let tensor = data.tensor(data.values([0]))
    #expect(tensor.shape == [1, 3, 16, 16] && tensor.isChannelsLast)
    #expect(tensor.values().map(\.bitPattern) == expected.values().map(\.bitPattern))
  }

  @Test func `a batch is the same whenever it is made, and each epoch has others`() throws {
    let configuration = try Configuration(settings: [
      "training.batch_size": 2, "data.augmentation.flip": 0.5, "data.balance": "inverse-frequency",
    ])
    let batches = Batches(data, configuration, timesteps: 1000)
    let (count, batch) = batches.epoch(3, labelKeep: 0.5)
    #expect(count == 2)
    let ahead = Array(MadeAhead(0..<count, by: batch))
    let (_, again) = batches.epoch(3, labelKeep: 0.5)
    #expect([again(1), again(0)] == ahead.reversed())
    #expect(ahead[0].places == 0..<2 && ahead[1].places == 2..<4)
    #expect(ahead[0].t != ahead[1].t && ahead[0].noise != ahead[1].noise)
    #expect(Array(MadeAhead(1..<count, by: batch)) == [ahead[1]])
    #expect(Array(MadeAhead(count..<count, by: batch)).isEmpty)
    #expect(batches.epoch(4, labelKeep: 0.5).batch(0).noise != ahead[0].noise)
  }

  @Test func `a picture keeps its label with the probability that it has`() throws {
    let batches = Batches(data, try Configuration(settings: ["training.batch_size": 3]), timesteps: 10)
    func labels(_ labelKeep: Double) -> [Int?] { batches.epoch(0, labelKeep: labelKeep).batch(0).labels }
    #expect(labels(1).compactMap(\.self).sorted() == [0, 1, 1])
    #expect(labels(0) == [nil, nil, nil])
  }

  @Test func `a mirrored batch is the batch with its columns turned round`() {
    let plain = data.tensor(data.values([2, 0]))
    let flipped = data.tensor(
      data.values([2, 0], Augmentation(flip: 1, crop: nil, seed: 0), epoch: 0, places: 0..<2))
    #expect(flipped.shape == [2, 3, 4, 4] && flipped.isChannelsLast)
    let columns = (0..<4).map { plain.narrowed(3, 3 - $0..<4 - $0) }
    #expect(flipped.values() == Tensor.concatenated(columns, dimension: 3).values())
  }

  @Test func `without augmentation a batch is as it is, and with it each place decides for itself`() {
    let nothing = Augmentation(flip: 0, crop: nil, seed: 0)
    #expect(data.values([1, 2], nothing, epoch: 5, places: 3..<5) == data.values([1, 2]))
    let augmentation = Augmentation(flip: 0.5, crop: RandomCrop(scale: 0.1...1, ratio: 0.5...2), seed: 0)
    func batch(_ indices: [Int], _ places: Range<Int>) -> [Float] {
      data.values(indices, augmentation, epoch: 1, places: places)
    }
    #expect(batch([0, 1, 2, 0], 4..<8) == batch([0, 1], 4..<6) + batch([2, 0], 6..<8))
    #expect(batch([0, 0, 0, 0], 0..<4).prefix(48) != batch([0, 0, 0, 0], 0..<4).suffix(48))
  }

  @Test func `class shares are those of the training draws, and stand in a run's environment`() throws {
    #expect(data.classShares(.none) == ["a": .double(1.0 / 3), "b": .double(2.0 / 3)])
    #expect(data.classShares(.oneMinusFrequency) == ["a": 0.5, "b": 0.5])
    let scratch = try Scratch(overrides: [
      "data.balance=inverse-frequency", "data.augmentation.flip=0.5", "training.epochs=1",
    ])
    try scratch.execute()
    let shares = try scratch.store.environment(ofRun: scratch.run)["data.class_shares"]
    #expect(
      shares == .map(["hero", "non-hero", "food", "spell", "side-facing hero"].map { .init($0, .double(0.2)) }))
  }

  @Test func `augmentation is part of training and of nothing else`() throws {
    let plain = try Scratch(overrides: ["training.epochs=1", "conditioning.warmup.epochs=1"])
    let flipped = try Scratch(
      overrides: ["training.epochs=1", "conditioning.warmup.epochs=1", "data.augmentation.flip=1"])
    for scratch in [plain, flipped] { try scratch.execute() }
    #expect(plain.stage(.prepare).hash == flipped.stage(.prepare).hash)
    #expect(plain.stage(.train).states[0] == flipped.stage(.train).states[0])
    let losses = try [plain, flipped].map { try $0.store.history(ofRun: $0.run, key: "train.mse").map(\.value) }
    #expect(losses[0] != losses[1])
  }
}
