import Experiments
import Foundation
import RunStore
import TorchNN

extension TrainStage {
  /// Does what begins with the epoch, and tells it.
  func beginEpoch() throws {
    let k = training.progress.epochs
    let events = training.beginEpoch()
    training.progress.events = events.map { TrainingProgress.Event(type: $0.type, payload: $0.payload.json) }
    training.progress.hasBegunEpoch = true
    if !events.isEmpty {
      try recorder.record(events.map { .event(type: $0.type, epoch: k, payload: $0.payload) })
    }
  }

  /// Tells what epoch `k` came to, in one transaction with what is kept of it.
  func record(_ result: EpochResult, _ tally: EpochTally, _ changes: EpochChanges, of k: Int) throws {
    func metrics(_ part: String, _ losses: Losses) -> [Record.Content] {
      losses.metrics.map { .metric(key: "\(part).\($0.key)", step: k, value: $0.value) }
    }
    func metric(_ key: String, _ value: Double) -> Record.Content { .metric(key: key, step: k, value: value) }
    var records = metrics("train", result.train) + metrics("validation", result.validation)
    if let averaged = result.averaged { records += metrics("validation.ema", averaged) }
    records += [
      metric("learning_rate", tally.learningRate), metric("gradient.norm", tally.meanNorm),
      metric("gradient.norm.greatest", tally.greatestNorm), metric("epoch.seconds", result.seconds),
      metric("epoch.pictures_per_second", result.picturesPerSecond),
    ]
    if let bytes = Surroundings.peakMemory { records.append(metric("memory.peak_bytes", Double(bytes))) }
    if let reason = changes.end {
      records.append(.event(type: "stopped.early", epoch: k, payload: ["reason": .string(reason)]))
    }
    records += try spending(.saving) { try checkpoints(after: k, isBest: changes.isBest) }
    let gone = changes.noLongerBest.flatMap(stateToDrop)
    if let gone { records.append(.checkpointGone(state: gone)) }
    try spending(.recording) { try recorder.record(records) }
    if let gone { try? FileManager.default.removeItem(at: artifacts.appendingPathComponent(Self.path(of: gone))) }
  }

  /// Weights that another training left, or that somebody wants kept, stay even where they are no longer the best.
  private func stateToDrop(_ epochs: Int) -> String? {
    guard epochs > stage.trained.lowerBound, !stage.keep.contains(epochs) else { return nil }
    return stage.state(after: epochs)
  }

  /// Tells that nothing is left to train: the state that the stage started from is also its last.
  /// - Parameter reason: why; nil where the training before told it.
  func recordEnd(_ reason: String?) throws {
    let k = training.progress.epochs - 1
    var records: [Record.Content] = []
    if let reason { records.append(.event(type: "stopped.early", epoch: k, payload: ["reason": .string(reason)])) }
    try recorder.record(records + checkpoints(after: k, isBest: false))
  }

  func recordDivergence(_ divergence: Divergence) throws {
    var payload: [Value.Entry] = [
      .init("step", .int(divergence.step)), .init("l1", .string("\(divergence.l1)")),
      .init("mse", .string("\(divergence.mse)")),
    ]
    if let norm = divergence.gradientNorm { payload.append(.init("gradient_norm", .string("\(norm)"))) }
    try recorder.event("diverged", epoch: divergence.epoch, payload: .map(payload))
  }

  static func path(of state: String) -> String { "checkpoints/\(state).safetensors" }

  /// Writes the state after epoch `k` where it is to be kept. Where training ends with it, it is also what every later
  /// epoch would have left.
  private func checkpoints(after k: Int, isBest: Bool) throws -> [Record.Content] {
    let last = training.progress.hasEnded ? stage.trained.upperBound : k + 1
    let wanted = stage.keep.filter { (k + 1...last).contains($0) }
    guard let first = wanted.first ?? (isBest ? k + 1 : nil) else { return [] }
    let state = stage.state(after: first)
    let path = Self.path(of: state)
    let url = artifacts.appendingPathComponent(path)
    try CheckpointFile.write(training, state: state, to: url)
    let described = try describe(url, state: state, epochs: k + 1, path: path)
    let states = wanted + (isBest && !wanted.contains(k + 1) ? [k + 1] : [])
    var payload: [Value.Entry] = [
      .init("state", .string(described.state)), .init("bytes", .int(described.bytes)),
      .init("sha256", .string(described.sha256)),
    ]
    if isBest { payload.append(.init("best", .string(configuration.training.keep.best?.rawValue ?? ""))) }
    if training.progress.warmup.isFrozen { payload.append(.init("frozen_sha256", .string(training.frozenDigest))) }
    return states.map { epochs in
      var checkpoint = described
      checkpoint.state = stage.state(after: epochs)
      return .checkpoint(checkpoint)
    } + [.event(type: "checkpoint.saved", epoch: k, payload: .map(payload))]
  }
}
