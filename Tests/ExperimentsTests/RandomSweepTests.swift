import Foundation
import Testing

@testable import Experiments

@Suite struct `Random sweeps` {
  private func text(_ parameters: String, cap: Int = 6, rest: String = "") -> String {
    "name: q\nsweep:\n  method: random\n  run_cap: \(cap)\n  parameters: {\(parameters)}\n\(rest)"
  }

  private let rate = "training.learning_rate: {distribution: log_uniform_values, min: 1e-5, max: 1e-2}"

  @Test func `draw each setting by itself, whatever else is swept and however many runs there are`() throws {
    func rates(_ plan: Plan) -> [Value?] { plan.runs.map { $0.parameters["training.learning_rate"] } }
    let one = try plan(text(rate))
    let two = try plan(text("model.dropout: {min: 0.0, max: 0.5}, \(rate)", cap: 9))
    #expect(one.runs.count == 6)
    #expect(Set(rates(one)).count == 6)
    #expect(rates(two).prefix(6) == rates(one)[...])
    #expect(two.runs.allSatisfy { (1e-5...1e-2).contains($0.parameters["training.learning_rate"]?.number ?? 0) })
    #expect(rates(try plan(text(rate, rest: "  seed: 1"))) != rates(one))
    #expect(one.runs[0].name.hasPrefix("q/learning_rate="))
  }

  @Test func `of a file extended later begin with the same runs`() throws {
    let parameters = "\(rate), training.batch_size: {min: 8, max: 64}, training.loss: {values: [l1, mse]}"
    let short = try plan(text(parameters, cap: 5))
    let long = try plan(text(parameters, cap: 12))
    #expect(long.runs.prefix(5).map(\.id) == short.runs.map(\.id))
  }

  @Test func `repeat each draw over the seeds, cut at the cap`() throws {
    let plan = try plan(text(rate, cap: 5, rest: "  repeats: 2"))
    #expect(plan.runs.map { $0.parameters["seed"] } == [0, 1, 0, 1, 0])
    #expect(plan.runs[0].parameters["training.learning_rate"] == plan.runs[1].parameters["training.learning_rate"])
    #expect(plan.runs[0].parameters["training.learning_rate"] != plan.runs[2].parameters["training.learning_rate"])
  }

  @Test func `draw nothing twice, and end where there is nothing else`() throws {
    let small = try plan(text("training.epochs: {min: 1, max: 3}, training.loss: {values: [l1, mse]}", cap: 50))
    #expect(Set(small.runs.map(\.name)).count == 6)
    #expect(small.runs.count == 6)
    // What a sampler leaves out is filled in, so these two are one.
    let same = "sampling: {values: [{sampler: ddpm}, {sampler: ddpm, steps: 1000}, {sampler: ddim}]}"
    #expect(try plan(text(same, cap: 50)).runs.count == 2)
  }

  @Test func `nest parameters in blocks`() throws {
    let nested = try plan(
      text("training: {parameters: {learning_rate: {distribution: log_uniform_values, min: 1e-5, max: 1e-2}}}"))
    #expect(nested.runs == (try plan(text(rate))).runs)
  }

  static let mistakes: [(String, String)] = [
    (
      "method: random\n  parameters: {model.dropout: {values: [0]}}",
      "e.yaml:3:3: `method: random` has no end of its own; say with `run_cap` how many runs to do"
    ),
    ("method: random\n  run_cap: 4\n  repeats: 2", "e.yaml:3:3: `method: random` needs `parameters` to vary"),
    ("method: bayes", "e.yaml:3:11: sweep.method: `bayes` is not available in this version"),
    (
      "method: tpe\n  run_cap: 4\n  parameters: {model.dropout: {values: [0]}}",
      "e.yaml:2:1: `method: tpe` needs a `metric` to go by, such as `metric: {name: validation.mse}`"
    ),
    (
      "method: tpe\n  run_cap: 4\n  metric: {name: train.l1}\n  parameters: {model.dropout: {distribution: normal}}",
      "e.yaml:6:16: tpe searches between bounds, and the distribution of model.dropout has none that it can use; take a uniform or a logarithmic one, q_log_… with a `min` of `q` or more"
    ),
    (
      "parameters: {model.dropout: {min: 0.0, max: 0.1}}",
      "e.yaml:3:16: a grid has no distributions; give model.dropout `values`, or draw it with `method: random`"
    ),
    (
      "parameters: {model.dropout: {values: [0, 0.1], probabilities: [0.5, 0.5]}}",
      "e.yaml:3:16: a grid takes every value, so `probabilities` of model.dropout mean nothing; they do with `method: random`"
    ),
    (
      "repeats: 3\n  early_terminate: {type: hyperband, min_iter: 1}",
      "e.yaml:2:1: `early_terminate` needs a `metric` to go by, such as `metric: {name: validation.mse}`"
    ),
    (
      "repeats: 3\n  metric: {name: sample.seconds}\n  early_terminate: {type: hyperband, min_iter: 1}",
      "e.yaml:2:1: `early_terminate` needs a metric of every epoch, which sample.seconds is not. Did you mean 'validation.mse'?"
    ),
    (
      "repeats: 3\n  early_terminate: {min_iter: 1}",
      "e.yaml:4:20: sweep.early_terminate needs a type. Did you mean 'type: hyperband'?"
    ),
    (
      "repeats: 3\n  early_terminate: {type: hyperband, max_iter: 1}",
      "e.yaml:4:20: sweep.early_terminate takes `min_iter`, or `max_iter` and `s`: after how many epochs runs are judged"
    ),
    (
      "repeats: 3\n  early_terminate: {type: median}",
      "e.yaml:4:27: sweep.early_terminate.type must be hyperband, not 'median'"
    ),
    (
      "repeats: 3\n  early_terminate: {type: hyperband, eta: 1}",
      "e.yaml:4:43: sweep.early_terminate.eta must be an integer from 2 to 1000, not '1'. Did you mean '2'?"
    ),
    (
      "parameters: {model.dropout: {parameters: {a: {values: [1]}}}}",
      "e.yaml:3:32: model.dropout is a setting, and has no `parameters` below it; give it `values`"
    ),
    (
      "parameters: {sampling: {values: [{steps: 5}], parameters: {steps: {values: [1]}}}}",
      "e.yaml:3:27: sampling takes `parameters` or `values`, not both"
    ),
    (
      "parameters: {sampling: {parameters: {stepps: {values: [1]}}}}",
      "e.yaml:3:40: unknown setting 'sampling.stepps' in sweep.parameters. Did you mean 'sampling.steps'?"
    ),
  ]

  @Test(arguments: mistakes) func `explain their mistakes`(sweep: String, message: String) throws {
    #expect(try mistake(in: "name: q\nsweep:\n  \(sweep)") == message)
  }
}
