public import Experiments
public import Foundation

extension TrainerProgram {
  /// Pictures a second that `workers` processes train together, as `darkroom-trainer throughput` measures it.
  ///
  /// Throws `InputError` where one cannot be started, or fails.
  public static func throughput(_ request: Value, workers: Int, by trainer: URL) throws -> Double {
    let asked = try (0..<workers).map { _ in try AskedTrainer(trainer, "throughput") }
    defer { for worker in asked { worker.end() } }
    let failure = InputError("\(trainer.lastPathComponent) could not time a training")
    for worker in asked { worker.tell([request.json]) }
    // All are ready before any begins, so that they are measured beside each other.
    for worker in asked {
      guard worker.answer() != nil else { throw failure }
    }
    for worker in asked { worker.tell([""]) }
    return try asked.reduce(0) { sum, worker in
      guard let rate = worker.answer()?["pictures_per_second"]?.number else { throw failure }
      return sum + rate
    }
  }
}
