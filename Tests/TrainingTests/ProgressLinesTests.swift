import Experiments
import Foundation
import Testing

@testable import Training

@Suite struct `Lines of progress` {
  @Test func `end no stage where they can't be written`() async {
    await #expect(processExitsWith: .success) {
      let stage = Stage(hash: "a", kind: .prepare, parents: [], parameters: [:])
      try ProgressLines(keptIn: URL(filePath: "/dev/full")).phase("data", of: stage)
    }
  }
}
