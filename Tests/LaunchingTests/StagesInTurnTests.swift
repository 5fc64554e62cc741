import Experiments
import Foundation
import RunStore
import Testing

@testable import Launching

/// The real trainer, with many stages in one process and with one in each.
@Suite(.timeLimit(.minutes(2))) struct `Stages in turn` {
  private static let experiment = """
    name: turns
    seed: 3
    data: {source: sprites, count: 90, size: 16}
    model: {widths: [8, 16], norm_groups: 4, heads: 2, cross_attention: 16, layers_per_block: 1, dropout: 0.1}
    conditioning: {embedding: 8, dropout: 0.1, label_keep: 0.8}
    diffusion: {timesteps: 50}
    training: {epochs: 2, batch_size: 16, learning_rate: 2.0e-3, ema: {decay: 0.9}}
    sampling: {sampler: ddpm, steps: 5, grid: {rows: 2}}
    evaluation: {images: 24, metrics: [class_accuracy, nearest_neighbour]}
    sweep:
      parameters:
        training: {values: [{threads: 1}, {threads: 2, precision: bfloat16}]}

    """

  /// Has one trainer execute stages, and waits until it is gone.
  private func execute(_ stages: [Stage], in store: RunStore) async throws {
    let (words, word) = AsyncStream<String>.makeStream()
    let trainer = try ChildProcess(
      program: programs.appending(path: "darkroom-trainer"), arguments: ["execute", "--db", store.path],
      environment: ProcessInfo.processInfo.environment,
      onLine: { if TrainerReport(line: $0)?.isReady == true { word.yield("ready") } },
      onEnd: { end, lines in
        word.yield("\(end): \(lines)")
        word.finish()
      })
    var said = words.makeAsyncIterator()
    for stage in stages {
      try #require(trainer.send(stage.hash, with: #require(try store.lock(stage: stage.hash))))
      try #require(await said.next() == "ready")
    }
    trainer.endInput()
    #expect(await said.next()?.hasPrefix("exited(0)") == true)
  }

  /// What is recorded, but times and memory, and the bytes of every file.
  private func outcome(of plan: Plan, in store: RunStore) throws -> [String] {
    let timed = ["seconds", "per_second", "seconds_per_picture", "bytes"]
    let recorded = try plan.runs.flatMap { run in
      let keys = try store.metricKeys(ofRun: run.id).filter { key in !timed.contains { key.hasSuffix($0) } }
      let points = try keys.flatMap { key in
        try store.history(ofRun: run.id, key: key).map { "\(key) \($0.step) \($0.value)" }
      }
      let grids = try store.gridEpochs(ofRun: run.id).map { epoch in
        "\(epoch): \(try store.grid(ofRun: run.id, epoch: epoch)?.cells.map(\.rgb) ?? [])"
      }
      return points + grids
    }
    let states = plan.stages.flatMap { $0.states + [$0.hash] }
    // Of drawn pictures the file also tells how long that took.
    let drawn = Set(plan.stages.filter { $0.kind == .draw }.map(\.hash))
    let files = try store.checkpoints(ofStates: states).values.filter { !drawn.contains($0.state) }
    return recorded + files.map { "\($0.state) \($0.sha256)" }.sorted()
  }

  @Test func `come to the same bytes as each in a process of its own, in whatever order`() async throws {
    let workshops = [try Workshop(), try Workshop()]
    let plan = try workshops[0].plan(Self.experiment)
    #expect(plan.stages.count == 10)
    let stores = try workshops.map { try $0.store() }
    for store in stores { try store.register(plan) }

    for stage in plan.stages { try await execute([stage], in: stores[0]) }

    // From the last to the first, as far as they don't need each other.
    var queue = StageQueue(plan.stages, preparations: plan.preparations)
    var order: [Stage] = []
    while let next = queue.ready.last {
      queue.finish(next)
      order.append(next)
    }
    #expect(order.count == plan.stages.count)
    #expect(order != plan.stages)
    try await execute(order, in: stores[1])

    let (apart, inTurn) = (try outcome(of: plan, in: stores[0]), try outcome(of: plan, in: stores[1]))
    #expect(apart == inTurn)
    #expect(apart.count > 100)
  }
}
