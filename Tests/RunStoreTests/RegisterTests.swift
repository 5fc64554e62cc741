import Experiments
import Foundation
import Testing

@testable import RunStore

@Suite struct RegisterTests {
  let folder = try! TemporaryFolder()

  @Test func `a stage comes back as it was registered`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    for stage in plan([run]).stages {
      #expect(try store.stage(stage.hash) == stage)
    }
    #expect(throws: InputError.self) { try store.stage(hash("nothing")) }
  }

  @Test func `a run comes back with its parameters, each of its type`() throws {
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    let run = plannedRun(
      "one",
      parameters: [
        "a.string": "0.2", "a.double": 1.0, "an.int": 1, "big": .int(.max), "tiny": 1e-300, "yes": true, "none": nil,
        "list": [1, 2.0, "x"], "map": ["monster": ["mon/**"], "b": 2], "text": "it's \"quoted\"\n✓", "word": "null",
      ])
    try store.register(plan([run]))
    let read = try #require(try store.runs().first)
    #expect(read.parameters == run.parameters)
    #expect(read.id == run.id)
    #expect(read.name == "one")
    #expect(read.seed == 7)
    #expect(read.status == .scheduled)
    #expect(read.stages.map(\.hash) == run.stages)
    #expect(read.stages.map(\.kind) == [.prepare, .train, .sample])
    #expect(read.sweep == nil)
  }

  @Test func `registering twice changes nothing but the sweep's members`() throws {
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    let axis = { (dropout: Double) in [AxisValue(axis: "model.dropout", settings: ["model.dropout": .double(dropout)])]
    }
    let runs = [plannedRun("a", axes: axis(0)), plannedRun("b", axes: axis(0.2)), plannedRun("c", axes: axis(0.4))]
    try store.register(plan(runs))
    let first = try store.runs()
    try store.register(plan(runs))
    #expect(try store.runs() == first)
    #expect(try store.axes(ofSweep: "quickstart")[runs[1].id] == axis(0.2))

    try store.register(plan([runs[2], runs[0]]))
    #expect(try store.sweeps().map(\.runs) == [[runs[2].id, runs[0].id]])
    #expect(try store.runs(sweep: "quickstart").count == 2)
    #expect(try store.runs().count == 3)
    #expect(throws: InputError("no sweep is called 'quikstart'", suggestion: "quickstart")) {
      try store.runs(sweep: "quikstart")
    }
  }

  @Test func `weights that any plan wants are kept`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    var stages = plan([run]).stages
    stages[1].keep = [1]
    try store.register(
      Plan(experiment: Experiment(name: "other"), runs: [run], stages: stages))
    #expect(try store.stage(run.stages[1]).keep == [1, 3])
  }

  @Test func `a plan that cannot be written leaves nothing of itself`() throws {
    let (store, _) = try storeWithOneRun(in: folder)
    let broken = PlannedRun(id: "0123", name: "broken", parameters: [:], stages: [hash("never given")])
    #expect(throws: StoreError.self) { try store.register(plan([plannedRun("fine")]).adding(broken)) }
    #expect(try store.runs().map(\.name) == ["one"])
  }

  @Test func `a run is found by its id, a unique beginning of it, or its unique name`() throws {
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    let runs = ["a16", "a32"].map { name in
      PlannedRun(id: "beef00000" + name, name: name, parameters: [:], stages: plannedRun(name).stages)
    }
    let stages = plan(["a16", "a32"].map { plannedRun($0) }).stages
    try store.register(Plan(experiment: Experiment(name: "x"), runs: runs, stages: stages))
    #expect(try store.run(named: "beef00000a16") == "beef00000a16")
    #expect(try store.run(named: "beef00000a1") == "beef00000a16")
    #expect(try store.run(named: "a32") == "beef00000a32")
    #expect(throws: InputError("no run is called 'a3'", file: store.path, suggestion: "a32")) {
      try store.run(named: "a3")
    }
    let several = "several runs are meant by 'beef': beef00000a16 (a16), beef00000a32 (a32)"
    #expect(throws: InputError(several, file: store.path)) { try store.run(named: "beef") }
    #expect(throws: InputError.self) { try store.run(named: "") }
    #expect(throws: InputError.self) { try store.run(named: "%") }
  }

  @Test func `tags are set, changed and taken away`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    try store.setTag("note", to: "first", ofRun: run.id)
    try store.setTag("note", to: "good", ofRun: run.id)
    try store.setTag("x", to: "y", ofRun: run.id)
    try store.setTag("x", to: nil, ofRun: run.id)
    #expect(try store.tags(ofRun: run.id) == ["note": "good"])
  }
}

extension Plan {
  fileprivate func adding(_ run: PlannedRun) -> Plan {
    Plan(experiment: experiment, runs: runs + [run], stages: stages)
  }
}
