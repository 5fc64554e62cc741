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
    pixels: Tensor((0..<144).map { UInt8($0) }, shape: [3, 4, 4, 3]), labels: [0, 1, 1], classNames: ["a", "b"],
    split: Dataset.Split(train: [0, 1, 2], validation: [], test: []), digest: "")

  @Test func `a mirrored batch is the batch with its columns turned round`() {
    let plain = data.pictures([2, 0])
    let flipped = data.pictures([2, 0], Augmentation(flip: 1, crop: nil, seed: 0), epoch: 0, places: 0..<2)
    #expect(flipped.shape == [2, 3, 4, 4] && flipped.isChannelsLast)
    let columns = (0..<4).map { plain.narrowed(3, 3 - $0..<4 - $0) }
    #expect(flipped.values() == Tensor.concatenated(columns, dimension: 3).values())
  }

  @Test func `without augmentation a batch is as it is, and with it each place decides for itself`() {
    let nothing = Augmentation(flip: 0, crop: nil, seed: 0)
    #expect(
      data.pictures([1, 2], nothing, epoch: 5, places: 3..<5).values() == data.pictures([1, 2]).values())
    let augmentation = Augmentation(flip: 0.5, crop: RandomCrop(scale: 0.1...1, ratio: 0.5...2), seed: 0)
    func batch(_ indices: [Int], _ places: Range<Int>) -> [Float] {
      data.pictures(indices, augmentation, epoch: 1, places: places).contiguous().values()
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
