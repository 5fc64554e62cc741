public import Experiments
public import Foundation

extension TrainerProgram {
  /// What `darkroom-trainer describe` says of trainings, one answer a request.
  ///
  /// Throws `InputError` where it cannot be started, or fails.
  public static func describe(_ requests: [Value], by trainer: URL) throws -> [Value] {
    guard !requests.isEmpty else { return [] }
    let asked = try AskedTrainer(trainer, "describe")
    asked.tell(requests.map(\.json))
    let answers = requests.indices.compactMap { _ in asked.answer() }
    guard asked.end(), answers.count == requests.count else {
      throw InputError("\(trainer.lastPathComponent) could not describe the trainings")
    }
    return answers
  }
}
