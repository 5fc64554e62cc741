import Diffusion
import Experiments
import Foundation
import RunStore
import Torch

/// A trained network, wherever it comes from, with the settings it is sampled with unless others are asked for.
struct SampledModel {
  let network: UNet2DConditionModel
  let settings: SamplerSettings
  let steps: Int?
  let eta: Double
  let guidance: Double
  let precision: Precision
  let seed: Int
  /// Width and height, in pixels, where it is known.
  let size: Int?
  let count: Int
  /// Of a sheet; nil: about as many as rows.
  let columns: Int?
  private let embedding: Embedding

  /// Pictures that go through the network at once; nil: all, as diffusers has it.
  let batchSize: Int?

  /// What the network is told about a picture.
  private enum Embedding {
    case labels([String], LabelEmbedding)
    case nothing(channels: Int)
    case given(channels: Int)
  }

  var channels: Int { network.configuration.inChannels }

  init(_ source: SampleRequest.Source) throws {
    switch source {
    case .run(let id, let store): try self.init(run: id, store)
    case .folder(let folder): try self.init(folder: folder)
    }
  }

  private init(folder: URL) throws {
    let pipeline = try DiffusersPipeline(folder: folder)
    network = pipeline.network
    settings = pipeline.settings
    (steps, eta, guidance, seed, size) = (nil, 0, 1, 0, pipeline.size)
    precision = .float32
    (count, columns, batchSize) = (SampleRequest.standardCount, nil, nil)
    embedding =
      pipeline.label.map { .labels($0.classNames, $0.embedding) }
      ?? .given(channels: network.configuration.contextChannels)
  }

  private init(run id: String, _ store: RunStore) throws {
    let run = try TrainedRun(id, store)
    let (configuration, classNames) = (run.configuration, run.classNames)
    network = run.denoiser.unet
    settings = SamplerSettings(configuration)
    let sampling = configuration.sampling
    (steps, eta, seed, size) = (sampling.steps, sampling.eta, sampling.seed, configuration.data.size)
    guidance = run.denoiser.label == nil ? 1 : sampling.guidance
    precision = sampling.precision
    (count, columns, batchSize) = (sampling.grid.rows * classNames.count, classNames.count, SampleStage.batchSize)
    embedding =
      run.denoiser.label.map { .labels(classNames, $0) } ?? .nothing(channels: configuration.conditioning.embedding)
  }

  /// The encoder hidden states. Shape: [count, tokens, channels].
  /// - Parameter labels: taken in turn; empty: every class in turn.
  func context(labels: [LabelMixture], embeddings: Tensor?, count: Int) throws -> Tensor {
    if let embeddings { return try checked(embeddings, count: count) }
    switch embedding {
    case .labels(let names, let net):
      let chosen =
        try labels.isEmpty
        ? names.indices.map { one in names.indices.map { $0 == one ? 1 : 0 } }
        : labels.map { try $0.weights(of: names) }
      let rows = (0..<count).flatMap { chosen[$0 % chosen.count] }
      return withoutGradients { net(Tensor(rows, shape: [count, names.count])) }
    case .nothing(let channels):
      guard labels.isEmpty else { throw InputError("--labels: this run's network was trained without labels") }
      return Tensor.zeros([count, 1, channels])
    case .given(let channels):
      throw InputError(
        "the folder holds no label net; give --embeddings of shape (\(count), tokens, \(channels)) as .npy")
    }
  }

  /// What the network is told where it is told no class, as guidance needs it. Shape: [count, 1, channels].
  /// - Parameter context: beside which it stands.
  func contextOfNothing(beside context: Tensor) throws -> Tensor {
    guard case .labels(let names, let net) = embedding else {
      throw InputError(
        "--guidance needs a net that embeds labels, to know what stands for none, and there is none here")
    }
    guard context.extent(1) == 1 else {
      throw InputError("--guidance works with one token, and --embeddings has \(context.extent(1))")
    }
    return withoutGradients { net(Tensor.zeros([context.extent(0), names.count])) }
  }

  private func checked(_ embeddings: Tensor, count: Int) throws -> Tensor {
    let channels = network.configuration.contextChannels
    guard embeddings.extent(0) == count, embeddings.extent(2) == channels else {
      throw InputError("--embeddings is \(embeddings.shape), and (\(count), tokens, \(channels)) is needed")
    }
    return embeddings
  }
}

extension SamplerSettings {
  /// Steps where nobody says how many.
  var standardSteps: Int { kind == .ddpm ? configuration.schedule.timesteps : 50 }
}
