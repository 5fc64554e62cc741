import Foundation
import Testing
import Torch
import TorchNN

@testable import Evaluation

struct ExtractorTests {
  struct Script: Decodable {
    var pictures: [UInt8]
    var features: [Double]
    var logits: [Double]
    var means: [Double]
  }

  private func close(_ tensor: Tensor?, _ wanted: [Double]) -> Bool {
    let values = tensor?.values(as: Double.self) ?? []
    return values.count == wanted.count && zip(values, wanted).allSatisfy { abs($0 - $1) < 1e-4 }
  }

  @Test func `a TorchScript file gives the features and logits that it gives in PyTorch`() throws {
    let expected = try decodeGolden("script.json", as: Script.self)
    let pictures = smallPictures(expected.pictures)
    let both = try ScriptedExtractor(contentsOf: golden("features-and-logits.pt"))
      .features(of: pictures)
    #expect(close(both.values, expected.features) && close(both.logits, expected.logits))
    let alone = try ScriptedExtractor(contentsOf: golden("features.pt")).features(ofAll: pictures)
    #expect(close(alone.values, expected.means))
    #expect(alone.logits == nil && alone.width == 3)
  }

  @Test func `a file that is no TorchScript, and one that gives no features, are refused by name`() throws {
    let text = golden("script.json")
    let refused = #expect(throws: FormatError.self) { try ScriptedExtractor(contentsOf: text) }
    #expect(refused?.file == text.path && refused?.reason.contains("TorchScript") == true)
    let silent = try ScriptedExtractor(contentsOf: golden("no-tensor.pt"))
    let error = #expect(throws: TorchError.self) {
      try silent.features(of: smallPictures([UInt8](repeating: 0, count: 96)))
    }
    #expect(error?.message.contains("neither a tensor nor a tuple") == true)
  }

  /// Pictures of class c are brightest in channel c, by little.
  private func coloured(_ count: Int) -> (pictures: Tensor, labels: [Int]) {
    let labels = (0..<count).map { $0 % 3 }
    let levels = labels.enumerated().flatMap { index, label in
      (0..<64 * 3).map { UInt8(90 + (index * 31 + $0 * 17) % 40 + ($0 % 3 == label ? 60 : 0)) }
    }
    return (Tensor(levels, shape: [count, 8, 8, 3]), labels)
  }

  @Test func `the classifier learns classes, and comes to the same weights again`() throws {
    let (pictures, labels) = coloured(96)
    let training = ClassifierTraining(pictures: pictures, labels: labels, classes: 3)
    func trained(seed: Int) throws -> Classifier {
      try training.run(seed: seed, steps: 40, order: { epoch in (0..<96).map { ($0 * 5 + epoch) % 96 } })
    }
    let classifier = try trained(seed: 1)
    let features = try classifier.features(ofAll: pictures)
    #expect(features.values.shape == [96, Classifier.featureCount] && features.values.dtype == .float64)
    #expect(classAccuracy(logits: try #require(features.logits), labels: labels) > 0.95)
    #expect(abs(features.values.square().mean().item() - 1) < 1e-5)
    func weights(_ classifier: Classifier) -> [String: [Float]] { classifier.state().mapValues { $0.values() } }
    #expect(try weights(trained(seed: 1)) == weights(classifier))
    #expect(try weights(trained(seed: 2)) != weights(classifier))
  }

  @Test func `the classifier takes pictures of any size`() throws {
    for size in [1, 8, 16, 33] {
      let classifier = Classifier(classes: 2, size: size)
      classifier.initialize(seed: 0, part: "extractor")
      let features = classifier.features(
        of: Tensor([UInt8](repeating: 7, count: size * size * 6), shape: [2, size, size, 3]))
      #expect(features.values.shape == [2, 64] && features.logits?.shape == [2, 2])
    }
  }

  @Test func `what is wished from outside is asked between batches`() throws {
    struct Stop: Error {}
    let classifier = Classifier(classes: 2, size: 8)
    var asked = 0
    #expect(throws: Stop.self) {
      try classifier.features(ofAll: .zeros([130, 8, 8, 3], dtype: .uint8)) {
        asked += 1
        if asked == 3 { throw Stop() }
      }
    }
    #expect(asked == 3)
  }
}
