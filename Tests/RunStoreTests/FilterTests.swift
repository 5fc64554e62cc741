import Experiments
import Foundation
import Testing

@testable import RunStore

@Suite struct FilterTests {
  let folder = try! TemporaryFolder()
  let store: RunStore

  init() throws {
    store = try RunStore(path: folder.path("runs.db"), mode: .create)
    let runs = [("a", 0.0, Value.null), ("b", 0.2, 32), ("c", 0.4, 64)].map { name, dropout, bottleneck in
      plannedRun(
        name, training: "train " + name,
        parameters: [
          "model.dropout": .double(dropout), "conditioning.bottleneck": bottleneck,
          "sampling.sampler": name == "a" ? "ddpm" : "ddim", "data.balance": "inverse-frequency",
        ], axes: [AxisValue(axis: "model.dropout", settings: ["model.dropout": .double(dropout)])])
    }
    try store.register(plan(runs))
    try store.begin(stage: hash("data")).finish()
    for (run, value) in zip(runs, [0.3, 0.2, 0.1]) {
      let recorder = try store.begin(stage: run.stages[1])
      try recorder.metric("validation.l1", step: 0, value: value)
      if run.name == "a" { try recorder.event("warmup.frozen", epoch: 0) }
      try recorder.finish()
      if run.name != "c" { try store.begin(stage: run.stages[2]).finish() }
    }
    try store.setTag("note", to: "Good one", ofRun: runs[0].id)
  }

  func names(_ filter: String) throws -> String {
    try store.runs(matching: Filter(filter), sort: RunOrder("name")).map(\.name).joined()
  }

  @Test func `an event that befell a run, and none of its stages, is found`() throws {
    let runs = ["d", "e"].map { plannedRun($0, training: "train " + $0) }
    try store.register(plan(runs), stops: [runs[0].id: EarlyStop(epochs: 3, reason: "a rung")])
    #expect(try names("event stopped.early") == "d")
    #expect(try names("event stopped.early at epoch 2") == "d")
    #expect(try names("event stopped.early at epoch 3") == "")
    #expect(try names("not event stopped.early") == "abce")
  }

  @Test(arguments: [
    ("model.dropout = 0.2", "b"), ("model.dropout = 0.20", "b"), ("params.model.dropout = '0.2'", "b"),
    ("parameters.model.dropout >= 2e-1", "bc"), ("model.dropout<.3", "ab"), ("model.dropout <> 0", "bc"),
    ("model.dropout = 0", "a"), ("conditioning.bottleneck is null", "a"), ("conditioning.bottleneck = null", "a"),
    ("conditioning.bottleneck IS NOT NULL", "bc"), ("conditioning.bottleneck != 32", "ac"),
    ("conditioning.bottleneck > 32", "c"), ("conditioning.bottleneck in (32, 64.0)", "bc"),
    ("sampling.sampler = ddim", "bc"), ("sampling.sampler = \"ddpm\"", "a"),
    ("data.balance = inverse-frequency", "abc"),
    ("sampling.sampler LIKE 'DD%'", ""), ("sampling.sampler ILIKE 'DD_m'", "abc"), ("sampling.sampler like '%pm'", "a"),
    ("sampling.sampler not like '%pm'", "bc"), ("params.`sampling.sampler` = 'ddpm'", "a"),
    ("metrics.validation.l1 < 0.25", "bc"), ("metrics.\"validation.l1\" = 0.1", "c"), ("validation.l1 > 0.1", "ab"),
    ("metric.validation.l1 is null", ""), ("not metrics.validation.l1 < 0.25", "a"),
    ("metrics.validation.l1 < inf and metrics.validation.l1 > -inf", "abc"),
    ("status = 'FINISHED'", "ab"), ("attributes.status = finished", "ab"), ("status != FINISHED", "c"),
    ("status in (SCHEDULED, 'FAILED')", "c"), ("name LIKE '%'", "abc"), ("run_name = 'a'", "a"),
    ("sweep = 'quickstart'", "abc"), ("sweep != quickstart", ""), ("sweep is null", ""),
    ("created_at > '2020-01-01'", "abc"), ("start_time < '2020-01-01T00:00'", ""), ("wall_seconds >= 0", "abc"),
    ("tags.note = 'Good one'", "a"), ("tags.note like 'good%'", ""), ("tag.note is null", "bc"),
    ("validation.l1.min <= 0.1", "c"), ("metrics.validation.l1.max > 0.1", "ab"),
    ("metrics.validation.l1 at epoch 0 > 0.1", "ab"), ("validation.l1 at step 1 is null", "abc"),
    ("event warmup.frozen", "a"), ("event warmup.frozen at epoch 1", ""), ("not event 'diverged'", "abc"),
    ("user_id is null and attributes.created is not null", "abc"),
    ("seed = 7", "abc"), ("a = 1 or 1 = 1", "?"),
    ("(name = a or name = b) and not (model.dropout = 0)", "b"),
    ("name = a or name = b and model.dropout = 0.4", "a"), ("NOT NOT name = 'c'", "c"),
    ("name = 'it''s'", ""), ("name = \"a' OR 1=1 --\"", ""),
  ])
  func `a filter selects`(filter: String, expected: String) throws {
    if expected == "?" {
      #expect(throws: InputError.self) { try names(filter) }
    } else {
      #expect(try names(filter) == expected)
    }
  }

  @Test(arguments: [
    ("model.dropuot = 0.2", 1, "no run has 'model.dropuot'. Did you mean 'model.dropout'?"),
    (
      "name = a and metrics.validation.l2 < 1", 14,
      "no run has recorded a metric 'validation.l2'. Did you mean 'validation.l1'?"
    ),
    ("params.modl.dropout = 1", 1, "no run has a parameter 'modl.dropout'. Did you mean 'model.dropout'?"),
    ("attributes.stats = 'X'", 1, "a run has no attribute 'stats'. Did you mean 'status'?"),
    ("status = 'FINISHD'", 10, "no run has the status 'FINISHD'. Did you mean 'FINISHED'?"),
    ("model.dropout", 14, "expected a comparison such as =, <, LIKE or IS NULL, found the end"),
    ("name liek 'a'", 6, "expected a comparison such as =, <, LIKE or IS NULL, found 'liek'. Did you mean 'LIKE'?"),
    ("name = a adn seed = 7", 10, "expected AND, OR or the end, found 'adn'. Did you mean 'AND'?"),
    ("name = ", 8, "expected a value, found the end"), ("(name = a", 10, "expected ')', found the end"),
    ("name = 'a", 8, "quotes that don't end"), ("name ; a", 6, "unexpected ';'"), ("  ", 1, "an empty filter"),
    ("validation.l1 < 'low'", 17, "a metric compares with a number, found 'low'"),
    ("model.dropout < high", 17, "'<' compares with a number, found 'high'"),
    ("sampling.sampler in (ddim, null)", 28, "null has no place here; use IS NULL"),
    ("name < 'b'", 8, "'name' is a text and has no order; '<' compares numbers"),
    (
      "created_at > 'yesterday'", 14,
      "expected a time such as 2026-11-21T09:30 or milliseconds since 1970, found 'yesterday'"
    ),
    ("model..dropout = 1", 1, "a name with an empty part"),
    ("event warmup.frozne", 7, "no run has told of an event 'warmup.frozne'. Did you mean 'warmup.frozen'?"),
    ("validation.l1 at epok 3 < 1", 18, "expected EPOCH and a number, found 'epok'. Did you mean 'EPOCH'?"),
    ("validation.l1 at epoch x < 1", 24, "expected the epoch's number, counted from 0, found 'x'"),
    (
      "name = a or model.dropout at epoch 3 < 1", 13,
      "only a metric has a value at an epoch; 'model.dropout' has none"
    ),
    ("validation.l2.min < 1", 1, "no run has 'validation.l2.min'. Did you mean 'validation.l1'?"),
    ("= 3", 1, "expected a key such as model.dropout or metrics.validation.l1, found '='"),
  ])
  func `a mistake is pointed at`(filter: String, column: Int, message: String) throws {
    let caret = String(repeating: " ", count: column - 1) + "^"
    #expect(throws: InputError("\(message)\n  \(filter)\n  \(caret)", file: "filter", column: column)) {
      try names(filter)
    }
  }

  @Test(arguments: [
    ("name", "abc"), ("-name", "cba"), ("metrics.validation.l1", "cba"), ("-validation.l1", "abc"),
    ("metrics.validation.l1 DESC", "abc"), ("-validation.l1.min", "abc"), ("validation.l1 at epoch 0", "cba"),
    ("conditioning.bottleneck", "bca"), ("-conditioning.bottleneck", "cba"),
    ("tags.note", "abc"), ("-tags.note", "abc"), ("seed", "abc"), ("status", "abc"), ("model.dropout asc", "abc"),
  ])
  func `runs are sorted, those without a value last, ties by id`(order: String, expected: String) throws {
    #expect(try store.runs(sort: RunOrder(order)).map(\.name).joined() == expected)
  }

  @Test func `an order of an unknown key is pointed at`() throws {
    let message = "no run has 'mame'. Did you mean 'name'?\n  mame\n  ^"
    #expect(throws: InputError(message, file: "sort", column: 1)) { try store.runs(sort: RunOrder("-mame")) }
  }

  @Test func `an empty store has no names to miss`() throws {
    let empty = try RunStore(path: folder.path("empty.db"), mode: .create)
    #expect(try empty.runs(matching: Filter("not model.dropout = 0.2"), sort: RunOrder("-metrics.kid")).isEmpty)
  }

  @Test func `what is nested too deep is refused, and what is long is not`() throws {
    let deep = String(repeating: "(", count: 200) + "seed = 7" + String(repeating: ")", count: 200)
    #expect(throws: InputError.self) { try Filter(deep) }
    #expect(try names(Array(repeating: "seed = 7", count: 500).joined(separator: " and ")) == "abc")
    #expect(throws: InputError.self) { try Filter(Array(repeating: "seed = 7", count: 501).joined(separator: " or ")) }
  }
}
