import Diffusion
import Experiments
import Formulas
import Foundation
import Testing
import Torch
import TorchNN

@testable import Training

/// Twenty steps of whole training, as scripts/golden-training.py had PyTorch and diffusers do them.
struct TrainingStepTests {
  struct Step: Decodable {
    var objective: Double
    var l1: Double
    var mse: Double
    /// Mean squared errors.
    var pictures: [Double]
  }

  static let folder = (Bundle.module.resourceURL ?? URL(fileURLWithPath: ".")).appendingPathComponent("Goldens/steps")

  func golden(_ name: String) throws -> [Step] {
    let all = try JSONDecoder().decode(
      [String: [Step]].self, from: Data(contentsOf: Self.folder.appendingPathComponent("losses.json")))
    return try #require(all[name])
  }

  /// The script's loop.
  func train(_ settings: [String: Value], afterStep: (Int, TrainingStep.Outcome) -> Void) throws -> Denoiser {
    let network: [String: Value] = [
      "model.widths": [2, 4], "model.layers_per_block": 1, "model.norm_groups": 1, "model.heads": 2,
      "model.cross_attention": 6, "conditioning.embedding": 6, "conditioning.bottleneck": 4,
      "training.optimizer": "adamw", "training.weight_decay": 1e-2,
    ]
    let configuration = try Configuration(settings: network.merging(settings) { $1 })
    Runtime.threads = 1
    let training = try Training(configuration, classNames: (0..<5).map(String.init))
    let denoiser = training.denoiser
    denoiser.unet.fillByFormula()
    denoiser.label?.fillByFormula()
    let step = TrainingStep(
      schedule: NoiseSchedule(configuration.diffusion), prediction: Prediction(configuration.diffusion.prediction),
      loss: configuration.training.loss, minSNR: configuration.training.minSNR,
      precision: configuration.training.precision == .bfloat16 ? DType.bfloat16 : .float32)
    let n = 6
    for number in 0..<20 {
      if number == 10 { training.freeze() }
      let labels = (0..<n).map { picture -> [Float] in
        (0..<5).map { picture != number % n && $0 == (picture + number) % 5 ? 1 : 0 }
      }
      let outcome = step(
        denoiser, x0: formulaTensor("x0 \(number)", [n, 3, 8, 8]),
        labels: Tensor(labels.flatMap(\.self), shape: [n, 5]),
        t: (0..<n).map { (157 * $0 + 61 * number + 11) % 1000 },
        noise: formulaTensor("noise \(number)", [n, 3, 8, 8], scale: 1.7), .evaluation)
      _ = training.update(outcome.objective, learningRate: 2e-3)
      afterStep(number, outcome)
    }
    return denoiser
  }

  @Test(arguments: ["adam-mse", "adamw-l1"])
  func `losses and final weights are PyTorch's, with a freeze after ten steps`(name: String) throws {
    let golden = try golden(name)
    #expect(golden.count == 20)
    let denoiser = try train([
      "training.optimizer": name == "adam-mse" ? "adam" : "adamw", "training.loss": name == "adam-mse" ? "mse" : "l1",
      "training.weight_decay": name == "adam-mse" ? 0.0 : 1e-2,
    ]) { number, outcome in
      let wanted = golden[number]
      let pairs = [(outcome.objective.item(), wanted.objective), (outcome.l1, wanted.l1), (outcome.mse, wanted.mse)]
      for (value, wanted) in pairs + Array(zip(outcome.msePerPicture.map(Double.init), wanted.pictures)) {
        #expect(abs(value / wanted - 1) <= 1e-5, "step \(number)")
      }
    }
    let weights = try Safetensors(contentsOf: Self.folder.appendingPathComponent("\(name).safetensors")).tensors
    #expect(Set(weights.keys) == Set(denoiser.state.keys))
    var (miss, whole) = (0.0, 0.0)
    for (name, tensor) in denoiser.state {
      let wanted = try #require(weights[name]).values(as: Double.self)
      let values = tensor.values(as: Double.self)
      let distance = zip(values, wanted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let square = wanted.reduce(0) { $0 + $1 * $1 }
      #expect(distance.squareRoot() <= 1e-4 * square.squareRoot(), "\(name): \((distance / square).squareRoot())")
      miss += distance
      whole += square
    }
    #expect(miss.squareRoot() <= 1e-4 * whole.squareRoot())
  }

  @Test func `min-SNR weights make diffusers' objective, and the losses beside it stay unweighted`() throws {
    let golden = try golden("adamw-mse-min-snr")
    _ = try train([
      "training.loss": "mse", "training.min_snr": 5.0, "diffusion.prediction": "v",
    ]) { number, outcome in
      let wanted = golden[number]
      #expect(abs(outcome.objective.item() / wanted.objective - 1) <= 1e-5, "step \(number)")
      #expect(abs(outcome.mse / wanted.mse - 1) <= 1e-5 && outcome.mse != outcome.objective.item(), "step \(number)")
    }
  }

  /// Twenty steps in bfloat16: PyTorch's own losses there are up to .1 % from those in float32.
  @Test func `in bfloat16 the losses follow PyTorch's autocast`() throws {
    let (rough, exact) = (try golden("adam-mse-bfloat16"), try golden("adam-mse"))
    var differs = false
    let denoiser = try train([
      "training.optimizer": "adam", "training.weight_decay": 0.0, "training.loss": "mse",
      "training.precision": "bfloat16",
    ]) { number, outcome in
      #expect(abs(outcome.mse / rough[number].mse - 1) <= 2e-3, "step \(number)")
      #expect(abs(outcome.mse / exact[number].mse - 1) <= 2e-3, "step \(number)")
      differs = differs || abs(outcome.mse / exact[number].mse - 1) > 1e-4
    }
    #expect(differs)
    #expect(denoiser.state.values.allSatisfy { $0.dtype == .float32 })
  }
}
