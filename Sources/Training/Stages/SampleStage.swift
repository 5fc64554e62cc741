import Experiments
import RunStore

/// Draws a sample grid from the weights after some epoch: a column a class, and cell k always from the same noise.
struct SampleStage {
  /// Of its own, so that the pictures don't depend on the memory at hand.
  static let batchSize = 64

  let stage: Stage
  let recorder: Recorder
  let progress: ProgressLines
  let classNames: [String]
  let checkpoint: CheckpointFile
  var time: TimeSpent

  mutating func run() throws {
    let configuration = try Configuration(stage.parameters)
    let drawing = try ClassDrawing(
      configuration, classes: classNames.count, weights: checkpoint.sampledWeights, seed: configuration.sampling.seed)
    let columns = classNames.count
    let cells = Array(0..<configuration.sampling.grid.rows * columns)

    time.endStart()
    let start = ContinuousClock.now
    var pictures: [UInt8] = []
    for first in stride(from: 0, to: cells.count, by: Self.batchSize) {
      let batch = Array(cells[first..<min(first + Self.batchSize, cells.count)])
      pictures += try drawing.draw(noiseIndices: batch, labels: batch.map { $0 % columns }) {
        try Interruption.check()
        progress.sampling(stage, done: first, of: cells.count)
      }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    time.add(.steps, seconds: seconds)

    let recordStart = ContinuousClock.now
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
      .metric(key: "sample.network_evaluations", step: epoch, value: Double(drawing.networkEvaluations)),
    ])
    time.add(.recording, since: recordStart)
    try recorder.environment(time.environment(of: stage.kind))
  }
}
