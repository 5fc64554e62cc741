import ArgumentParser
import Experiments
import Foundation
import Torch
import Training

extension Trainer {
  struct Describe: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what trainings are made of: parameters, memory, operations, time.",
      discussion:
        "Reads a JSON object {classes, pictures, params} a line from standard input, and answers with one a line.")

    func run() throws {
      try ending {
        while let line = readLine() {
          let request = try Value(json: line)
          let (configuration, classes) = try TrainingRequest(request).values
          guard case .int(let pictures)? = request["pictures"] else { throw InputError("a line without pictures") }
          FileHandle.standardOutput.write(
            Data((TrainingAnatomy(configuration, classes: classes, pictures: pictures).json.json + "\n").utf8))
        }
      }
    }
  }
}

extension TrainingAnatomy {
  fileprivate var json: Value {
    [
      "parameters": .map(parameters.map { Value.Entry($0.part, .int($0.count)) }),
      "memory": [
        "weights": .int(memory.weights), "gradients": .int(memory.gradients), "optimizer": .int(memory.optimizer),
        "average": .int(memory.average), "activations": .int(memory.activations), "allocator": .int(memory.allocator),
        "pictures": .int(memory.pictures), "runtime": .int(memory.runtime),
        "peak": .int(memory.peak),
      ],
      "flops": ["forward": .int(forwardFlops), "training": .int(Self.passesPerStep * forwardFlops)],
      "seconds": ["forward": .double(forwardSeconds), "training": .double(trainingSeconds)],
      "validation": ["passes": .int(validationPasses)],
    ]
  }
}
