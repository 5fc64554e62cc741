import ArgumentParser
import Experiments
import Foundation
import Training

/// Answers for the workers of `darkroom plan`.
struct ThroughputCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "throughput", abstract: "Time a training's steps beside others that are timed at the same time.",
    discussion: """
      Reads {classes, step, params} from standard input, step being the pictures of a step, and says {ready} when it \
      is. With the next line it begins, and answers {pictures_per_second} after about a second.
      """)

  private static let seconds = 1.0

  func run() throws {
    try ending {
      let request = try Value(json: readLine() ?? "")
      let (configuration, classes) = try TrainingRequest(request).values
      guard case .int(let pictures)? = request["step"], pictures >= 1 else { throw InputError("a line without step") }
      let throughput = TrainingThroughput(configuration, classes: classes, pictures: pictures)
      say(["ready": true])
      guard readLine() != nil else { return }
      say(["pictures_per_second": .double(throughput.measure(seconds: Self.seconds))])
    }
  }

  private func say(_ value: Value) {
    FileHandle.standardOutput.write(Data((value.json + "\n").utf8))
  }
}
