public import Diffusion
import Experiments
public import Foundation
public import RunStore
import Torch

/// Pictures asked for by hand, from a run or from a pipeline folder of diffusers'.
public struct SampleRequest {
  public enum Source {
    case run(id: String, RunStore)
    case folder(URL)
  }

  public var source: Source
  /// What is nil stays as the run or the folder has it.
  public var sampler: SamplerSettings.Kind?
  public var steps: Int?
  public var eta: Double?
  /// Classifier-free guidance, 0 or more; 1: none.
  public var guidance: Double?
  /// Taken in turn; empty: all classes in turn.
  public var labels: [LabelMixture] = []
  public var count: Int?
  public var seed: Int?
  /// [n, channels, h, w]: where sampling starts.
  public var noise: URL?
  /// [steps, n, channels, h, w]: what stochastic steps add.
  public var stepNoise: URL?
  /// [n, tokens, channels]: the encoder hidden states.
  public var embeddings: URL?
  /// `.png`: a sheet; `.npy`: [n, channels, h, w] as the sampler left it.
  public var out: URL

  public init(source: Source, out: URL) {
    self.source = source
    self.out = out
  }

  /// How many pictures are drawn where nothing says it.
  static let standardCount = 16
  static let fileTypes = ["png", "npy"]

  /// Draws and writes the pictures.
  /// - Throws: `InputError`, `FormatError` or `PipelineError` where something given can't be used; nothing is written
  ///   then.
  public func run() throws {
    guard Self.fileTypes.contains(out.pathExtension.lowercased()) else {
      throw InputError("--out \(out.relativePath) must end in .png or .npy")
    }
    switch source {
    case .run: try draw()
    case .folder: try followingPyTorch { try draw() }
    }
  }

  private func draw() throws {
    let model = try SampledModel(source)
    var settings = model.settings
    if let sampler { settings.kind = sampler }
    let steps = self.steps ?? (settings.kind == model.settings.kind ? model.steps : nil) ?? settings.standardSteps
    let eta = self.eta ?? (settings.kind == .ddim ? model.eta : 0)
    try check(steps: steps, eta: eta, settings)

    let noise = try noise.map { try read($0, "--noise", rank: 4) }
    let embeddings = try embeddings.map { try read($0, "--embeddings", rank: 3) }
    let count = noise?.extent(0) ?? embeddings?.extent(0) ?? count ?? model.count
    if let asked = self.count, asked != count {
      throw InputError("--count \(asked) where the files given hold \(count)")
    }
    guard count >= 1 else { throw InputError("--count must be at least 1") }
    guard let shape = noise.map({ Array($0.shape.dropFirst()) }) ?? model.size.map({ [model.channels, $0, $0] }) else {
      throw InputError(
        "the folder doesn't say how large its pictures are; give --noise of (n, \(model.channels), h, w)")
    }
    guard shape[0] == model.channels else {
      throw InputError("--noise has \(shape[0]) channels, and the network \(model.channels)")
    }
    let context = try model.context(labels: labels, embeddings: embeddings, count: count)
    let guidance = Guidance(guidance ?? model.guidance)
    let nothing = guidance.scale == 1 ? context : try model.contextOfNothing(beside: context)
    let sampler = settings.sampler(steps: steps, eta: eta)
    let stepNoise = try stepNoise.map { try read($0, "--step-noise", rank: 5) }
    if let stepNoise, stepNoise.shape != [steps, count] + shape {
      throw InputError("--step-noise is \(stepNoise.shape), and \([steps, count] + shape) is needed")
    }

    let drawing = Drawing(sampler: sampler, shape: shape, seed: seed ?? model.seed)
    let batchSize = model.batchSize ?? count
    let batches = try stride(from: 0, to: count, by: batchSize).map { start in
      let range = start..<min(start + batchSize, count)
      return try drawing.draw(
        noiseIndices: Array(range), start: noise?.narrowed(0, range),
        stepNoise: stepNoise.map { noise in
          { step in noise.narrowed(0, step..<step + 1).reshaped([count] + shape).narrowed(0, range) }
        }
      ) { x, t in
        try Interruption.check()
        let t = Tensor([Int64(t)], shape: [1])
        return guidance(x, condition: context.narrowed(0, range), absent: nothing.narrowed(0, range)) { x, context in
          model.precision { model.network(x, timesteps: t, context: context) }
        }
      }
    }
    try write(Tensor.concatenated(batches, dimension: 0), columns: model.columns)
  }

  private func check(steps: Int, eta: Double, _ settings: SamplerSettings) throws {
    let timesteps = settings.configuration.schedule.timesteps
    guard (1...timesteps).contains(steps) else {
      throw InputError("--steps \(steps) isn't within 1…\(timesteps), the timesteps that the network knows")
    }
    guard (0...1).contains(eta) else { throw InputError("--eta \(eta) isn't within 0…1") }
    if let guidance, !(guidance >= 0 && guidance.isFinite) {
      throw InputError("--guidance \(guidance) isn't a number from 0")
    }
    if settings.kind == .ddpm, eta != 0 { throw InputError("--eta has no meaning with ddpm; use --sampler ddim") }
    let last = settings.configuration.stepsOffset + (steps - 1) * (timesteps / steps)
    guard settings.configuration.spacing != .leading || last < timesteps else {
      throw InputError(
        "\(steps) steps with an offset of \(settings.configuration.stepsOffset) lead beyond the timesteps")
    }
  }

  private func read(_ url: URL, _ option: String, rank: Int) throws -> Tensor {
    let tensor = try NumPy.read(url)
    guard tensor.shape.count == rank else {
      throw InputError("\(option) \(url.relativePath) has \(tensor.shape.count) dimensions, and \(rank) are needed")
    }
    return tensor.to(.float32)
  }

  private func write(_ pictures: Tensor, columns: Int?) throws {
    if out.pathExtension.lowercased() == "npy" {
      try NumPy.write(pictures.contiguous(), to: out)
    } else {
      try writeSheet(pictures, columns: columns, to: out)
    }
  }
}
