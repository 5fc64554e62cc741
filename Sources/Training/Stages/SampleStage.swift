import Diffusion
import Experiments
import Foundation
import Randomness
import RunStore
import Torch
import TorchNN

/// Draws a sample grid from the weights after some epoch: a column a class, and cell k always from the same noise.
struct SampleStage {
  /// Of its own, so that the pictures don't depend on the memory at hand.
  static let batchSize = 64

  let stage: Stage
  let recorder: Recorder
  let progress: ProgressLines
  let classNames: [String]
  let checkpoint: CheckpointFile

  func run() throws {
    let configuration = try Configuration(stage.parameters)
    Runtime.threads = configuration.training.threads
    let denoiser = Denoiser(configuration, classes: classNames.count)
    try denoiser.load(checkpoint.sampledWeights)
    let sampling = configuration.sampling
    let drawing = Drawing(
      sampler: SamplerSettings(configuration).sampler(steps: sampling.steps, eta: sampling.eta),
      shape: [3, configuration.data.size, configuration.data.size], seed: sampling.seed)
    let guidance = Guidance(denoiser.label == nil ? 1 : sampling.guidance)
    let columns = classNames.count
    let cells = Array(0..<sampling.grid.rows * columns)

    let start = ContinuousClock.now
    var pictures: [UInt8] = []
    for first in stride(from: 0, to: cells.count, by: Self.batchSize) {
      let batch = Array(cells[first..<min(first + Self.batchSize, cells.count)])
      let labels = oneHot(batch.map { $0 % columns }, classes: columns)
      let x = try drawing.draw(noiseIndices: batch) { x, t in
        try Interruption.check()
        progress.sampling(stage, done: first, of: cells.count)
        let t = Tensor([Int64(t)], shape: [1])
        return guidance(x, condition: labels, absent: .zeros(labels.shape)) { x, labels in
          sampling.precision { denoiser(x, timesteps: t, labels: labels, .evaluation) }
        }
      }
      pictures += x.pictureBytes()
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)

    let size = configuration.data.size
    let bytes = size * size * 3
    let epoch = checkpoint.progress.epochs - 1
    try recorder.record([
      .gridCells(
        cells.map { k in
          GridCell(
            index: k, noiseIndex: k, label: k % columns, labelName: classNames[k % columns], size: size,
            rgb: Array(pictures[k * bytes..<(k + 1) * bytes]))
        }, epoch: epoch),
      .metric(key: "sample.seconds", step: epoch, value: seconds),
      .metric(key: "sample.pictures_per_second", step: epoch, value: Double(cells.count) / seconds),
      .metric(
        key: "sample.network_evaluations", step: epoch,
        value: Double(drawing.sampler.timesteps.count * guidance.evaluations)),
    ])
  }
}

/// Shape: [labels, classes].
func oneHot(_ labels: [Int], classes: Int) -> Tensor {
  var values = [Float](repeating: 0, count: labels.count * classes)
  for (row, label) in labels.enumerated() { values[row * classes + label] = 1 }
  return Tensor(values, shape: [labels.count, classes])
}
