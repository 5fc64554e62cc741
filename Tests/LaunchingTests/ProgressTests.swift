import Experiments
import Foundation
import Synchronization
import Testing

@testable import Launching

@Suite struct `Progress` {
  private let plan: Plan
  private let train: Stage
  private let lines = Lines()

  init() throws {
    plan = try Workshop().plan(sweepText)
    train = try #require(plan.stages.first { $0.kind == .train })
  }

  private final class Lines: Sendable {
    private let kept = Mutex<[String]>([])
    func add(_ line: String) { kept.withLock { $0.append(line) } }
    var all: [String] { kept.withLock { $0 } }
  }

  private func report(_ epoch: Int, _ step: Int, loss: Double) throws -> TrainerReport {
    let line =
      #"{"stage":"x","kind":"train","phase":"epoch","epoch":\#(epoch),"epochs":3,"step":\#(step),"steps":25,"pictures_per_second":812.5,"loss":\#(loss)}"#
    return try #require(TrainerReport(line: line))
  }

  @Test(arguments: ["", "text", "{", "{}", #"{"phase":1}"#, "[1]"])
  func `takes no other line for a report`(line: String) {
    #expect(TrainerReport(line: line) == nil)
  }

  @Test func `counts the share of a stage that is done`() throws {
    #expect(try report(0, 0, loss: 1).fraction == 0)
    #expect(try report(1, 5, loss: 1).fraction == 0.4)
    #expect(try report(2, 25, loss: 1).fraction == 1)
    #expect(TrainerReport(line: #"{"phase":"sample","step":3,"steps":4}"#)?.fraction == 0.75)
    #expect(TrainerReport(line: #"{"phase":"data"}"#)?.fraction == nil)
  }

  @Test func `names a stage by what its runs have in common`() {
    let labels = StageLabels(plan)
    #expect(
      plan.stages.map(labels.label) == [
        "prepare", "train dropout=0", "sample dropout=0,steps=5", "sample dropout=0,steps=10", "train dropout=0.1",
        "sample dropout=0.1,steps=5", "sample dropout=0.1,steps=10",
      ])
  }

  @Test func `in a file is a line a stage and epoch`() throws {
    let progress = PlainProgress(plan) { [lines] in lines.add($0) }
    progress.note(.began(stages: plan.stages, reused: 2, jobs: 2))
    progress.note(.started(train))
    for (epoch, step, loss) in [(0, 12, 0.9), (0, 25, 0.8), (1, 12, 0.6), (1, 25, 0.5), (2, 25, 0.25)] {
      progress.note(.reported(train, try report(epoch, step, loss: loss)))
    }
    progress.note(.finished(train, seconds: 75))
    progress.note(.failed(plan.stages[2], message: "the trainer ended with status 1\nno memory\n"))
    progress.note(.notExecuted(plan.stages[3]))
    #expect(
      lines.all == [
        "7 stages to do, 2 done already, 2 at a time",
        "train dropout=0: started",
        "train dropout=0: epoch 1 of 3, loss 0.8000, 812 pictures/s",
        "train dropout=0: epoch 2 of 3, loss 0.5000, 812 pictures/s",
        "train dropout=0: epoch 3 of 3, loss 0.2500, 812 pictures/s",
        "train dropout=0: done in 1:15",
        "sample dropout=0,steps=5: the trainer ended with status 1\n  | no memory",
        "sample dropout=0,steps=10: not executed, for want of a stage that it needs",
      ])
  }

  @Test func `on a terminal stays within its width, redraws in place, and gives the cursor back`() throws {
    let progress = LiveProgress(plan, width: { 40 }, write: { [lines] in lines.add($0) })
    progress.note(.began(stages: plan.stages, reused: 0, jobs: 2))
    progress.note(.started(train))
    Thread.sleep(forTimeInterval: 0.15)
    progress.note(.reported(train, try report(1, 5, loss: 0.5)))
    progress.note(.finished(train, seconds: 3))
    progress.note(.ended(LaunchOutcome()))

    let drawings = lines.all
    #expect(drawings.count == 5)
    #expect(drawings[0].hasPrefix("\u{1B}[?25l"))
    #expect(drawings[1].hasPrefix("\u{1B}[1A\u{1B}[0J"))
    #expect(drawings[2].hasPrefix("\u{1B}[2A\u{1B}[0J━━━━━━━━────────────  epoch 2/3  812 p…\n"))
    #expect(drawings[3].contains("──  1 of 7 stages"))
    #expect(drawings[4].hasSuffix("0 stages executed\n\u{1B}[?25h"))
    for line in drawings.flatMap({ $0.split(separator: "\n") }) {
      let visible = line.replacing(/\u{1B}\[[?0-9]*[A-Za-z]/, with: "")
      #expect(visible.count < 40)
    }
  }

  @Test func `gives the cursor back where a launch cannot go on`() async throws {
    let workshop = try Workshop()
    let progress = LiveProgress(plan, width: { 80 }, write: { [lines] in lines.add($0) })
    let missing = workshop.folder.appendingPathComponent("nothing")
    await #expect(throws: InputError.self) {
      try await Launcher(store: workshop.store(), plan: plan, jobs: 1, trainer: missing, progress: progress)
        .run(interruptions: Interruptions.none)
    }
    #expect(lines.all.first?.hasPrefix("\u{1B}[?25l") == true)
    #expect(lines.all.last?.hasSuffix("\u{1B}[?25h") == true)
  }

  @Test func `tells the time left once it has seen each kind of work`() throws {
    var state = LaunchState()
    let start = Date(timeIntervalSince1970: 0)
    state.note(.began(stages: plan.stages, reused: 0, jobs: 1), at: start)
    #expect(state.secondsLeft(at: start) == nil)
    state.note(.finished(plan.stages[0], seconds: 1), at: start)
    state.note(.finished(train, seconds: 30), at: start)
    #expect(state.secondsLeft(at: start) == nil)
    state.note(.finished(plan.stages[2], seconds: 10), at: start)
    // 3 epochs of 10 s, and 10 + 5 + 10 steps of 2 s.
    #expect(state.secondsLeft(at: start) == 80)
    let sample = plan.stages[3]
    state.note(.started(sample), at: start)
    let halfway = try #require(TrainerReport(line: #"{"phase":"sample","step":1,"steps":2}"#))
    state.note(.reported(sample, halfway), at: start + 10)
    #expect(state.secondsLeft(state.working[0], at: start + 10) == 10)
    #expect(state.secondsLeft(at: start + 10) == 70)
  }

  @Test func `writes times and numbers for people`() {
    #expect([0, 59.6, 61, 3661, -1].map { clock($0) } == ["0:00", "1:00", "1:01", "1:01:01", "0:00"])
    #expect([0.12345, 1.234, 12.34, 812.5, .nan].map { rounded($0) } == ["0.1235", "1.23", "12.3", "812", "NaN"])
  }
}

@Suite struct `The trainer's program` {
  @Test func `is what DARKROOM_TRAINER names`() throws {
    #expect(try TrainerProgram.find(environment: ["DARKROOM_TRAINER": "/bin/sh"]).path == "/bin/sh")
    #expect(throws: InputError("DARKROOM_TRAINER names /nowhere/trainer, which is no program")) {
      try TrainerProgram.find(environment: ["DARKROOM_TRAINER": "/nowhere/trainer"])
    }
  }
}

@Suite struct `Lines` {
  @Test func `come out whole, however the bytes arrive`() {
    var splitter = LineSplitter()
    var lines: [String] = []
    for piece in ["a", "b\nc\n\nd", "é\n", "last"] { splitter.add(Array(piece.utf8)[...]) { lines.append($0) } }
    splitter.finish { lines.append($0) }
    #expect(lines == ["ab", "c", "dé", "last"])
  }
}
