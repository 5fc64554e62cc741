import Foundation
import Testing

@testable import Datasets

@Suite struct AugmentationTests {
  /// A 12 × 12 picture whose pixels all differ.
  static let picture = Picture(width: 12, height: 12, pixels: (0..<432).map { UInt8($0 / 2) })

  private struct Golden: Decodable {
    let scale: [Double]
    let ratio: [Double]
    let size: Int
    let box: [Int]
  }

  @Test func `crops are torchvision's, those that fit at once, later or never`() throws {
    let goldens = try JSONDecoder().decode([Golden].self, from: Data(Goldens.bytes("crops.json")))
    #expect(goldens.count == 52)
    for (number, golden) in goldens.enumerated() {
      let crop = RandomCrop(scale: golden.scale[0]...golden.scale[1], ratio: golden.ratio[0]...golden.ratio[1])
      let box = crop.box(in: golden.size) { element in
        (Double(40 * number + element + 1) * 0.6180339887498949).truncatingRemainder(dividingBy: 1)
      }
      #expect([box.top, box.left, box.height, box.width] == golden.box, "case \(number)")
    }
  }

  @Test func `a flip exchanges left and right exactly, and twice is nothing`() {
    let flipped = Self.picture.mirrored()
    for row in 0..<12 {
      for column in 0..<12 {
        let (a, b) = (flipped.offset(row: row, column: column), Self.picture.offset(row: row, column: 11 - column))
        #expect(flipped.pixels[a..<a + 3] == Self.picture.pixels[b..<b + 3])
      }
    }
    #expect(flipped != Self.picture)
    #expect(flipped.mirrored() == Self.picture)
  }

  @Test(arguments: [0, 0.3, 1])
  func `flips come as often as their probability says`(probability: Double) {
    let augmentation = Augmentation(flip: probability, crop: nil, seed: 3)
    let flips = (0..<4000).count { augmentation(Self.picture, epoch: $0 / 1000, place: $0 % 1000) != Self.picture }
    // Five standard errors.
    let error = 5 * (probability * (1 - probability) / 4000).squareRoot()
    #expect(abs(Double(flips) / 4000 - probability) <= error)
  }

  @Test func `crops keep to their area and ratio, and reach every edge`() {
    let crop = RandomCrop(scale: 0.25...0.5, ratio: 0.75...(4 / 3))
    let stream = Augmentation(flip: 0, crop: crop, seed: 1)
    #expect(!stream.isIdentity)
    var boxes: [RandomCrop.Box] = []
    var state = 0.5
    for _ in 0..<2000 {
      boxes.append(
        crop.box(in: 64) { _ in
          state = (state + 0.6180339887498949).truncatingRemainder(dividingBy: 1)
          return (state * 9973).truncatingRemainder(dividingBy: 1)
        })
    }
    // Sides are rounded to whole pixels, by at most half a pixel each.
    #expect(boxes.allSatisfy { (0.25 * 4096 - 64...0.5 * 4096 + 64).contains(Double($0.height * $0.width)) })
    #expect(boxes.allSatisfy { (0.72...1.38).contains(Double($0.width) / Double($0.height)) })
    let meanArea = boxes.map { Double($0.height * $0.width) }.reduce(0, +) / 2000
    #expect(abs(meanArea / 4096 - 0.375) < 0.01)
    #expect(boxes.contains { $0.top == 0 } && boxes.contains { $0.left == 0 })
    #expect(boxes.contains { $0.top + $0.height == 64 } && boxes.contains { $0.left + $0.width == 64 })
  }

  @Test func `what happens to a picture follows from seed, epoch and place`() {
    let crop = RandomCrop(scale: 0.3...1, ratio: 0.75...(4 / 3))
    let augmentation = Augmentation(flip: 0.5, crop: crop, seed: 1)
    func results(_ augmentation: Augmentation, epoch: Int) -> [Picture] {
      (0..<20).map { augmentation(Self.picture, epoch: epoch, place: $0) }
    }
    let first = results(augmentation, epoch: 2)
    #expect(first == results(Augmentation(flip: 0.5, crop: crop, seed: 1), epoch: 2))
    #expect(first != results(augmentation, epoch: 3))
    #expect(first != results(Augmentation(flip: 0.5, crop: crop, seed: 2), epoch: 2))
    #expect(first[7] == augmentation(Self.picture, epoch: 2, place: 7))
    #expect(Set(first.map(\.pixels)).count > 15)
    #expect(first.allSatisfy { $0.width == 12 && $0.height == 12 })
    // Whether a picture is cropped too doesn't decide whether it is mirrored.
    let flipsOnly = Augmentation(flip: 0.5, crop: nil, seed: 1)
    let wholePictures = Augmentation(flip: 0.5, crop: RandomCrop(scale: 1...1, ratio: 1...1), seed: 1)
    #expect(results(flipsOnly, epoch: 2) == results(wholePictures, epoch: 2))
  }
}
