import Foundation
import Randomness
import Testing

@testable import Experiments

@Suite struct `Distributions` {
  struct Row: Decodable {
    struct Block: Decodable {
      let distribution: String
      let min, max, mu, sigma, a, b, q: Double?
    }

    let block: Block
    let points: [Double]
    let cumulative: [Double]
  }

  /// The swept setting's distribution, from YAML, on a setting that takes the numbers.
  private func axis(_ entry: String, of path: String = "training.schedule.warmup_epochs") throws -> Axis {
    let scratch = try Scratch()
    let file = try scratch.write(
      "name: q\nsweep: {method: random, run_cap: 5, parameters: {\(path): \(entry)}}")
    return try #require(try Experiment.load(file: file).sweep?.axes.first)
  }

  @Test func `draw what scipy's have: 4,000 draws of each within the bound of Kolmogorov and Smirnov`() throws {
    let rows = try golden("distributions.json", as: [Row].self)
    #expect(rows.count == 16)
    for row in rows {
      let keys: [(String, Double?)] = [
        ("min", row.block.min), ("max", row.block.max), ("mu", row.block.mu), ("sigma", row.block.sigma),
        ("a", row.block.a), ("b", row.block.b), ("q", row.block.q),
      ]
      let given = keys.compactMap { key, value in value.map { "\(key): \($0.short)" } }
      let entry = "{distribution: \(row.block.distribution), \(given.joined(separator: ", "))}"
      guard case .distribution(let law) = try axis(entry).domain else { throw InputError("no distribution") }
      let stream = RandomStream(seed: 3, purpose: "sweep", name: row.block.distribution)
      let draws = (0..<4000).map { law.value(stream, draw: $0) }
      for (point, expected) in zip(row.points, row.cumulative) {
        let share = Double(draws.count { $0 <= point + 1e-9 }) / 4000
        #expect(abs(share - expected) < 1.63 / 4000.0.squareRoot(), "\(entry) at \(point)")
      }
    }
  }

  @Test func `follow from min and max, integers or not`() throws {
    let integers = try axis("{min: 2, max: 5}", of: "training.epochs").domain
    let numbers = try axis("{min: 0.0, max: 5}").domain
    #expect(integers == .distribution(Distribution(law: .integers(2...5), step: 1)))
    #expect(numbers == .distribution(Distribution(law: .uniform(0...5), step: nil)))
  }

  @Test func `draw each value as often as its probability says`() throws {
    let axis = try axis("{values: [1, 2, 3], probabilities: [0.7, 0, 0.3]}")
    let draws = (0..<4000).map { axis.value(seed: 1, draw: $0).settings["training.schedule.warmup_epochs"]?.value }
    #expect(abs(Double(draws.count { $0 == 1.0 }) / 4000 - 0.7) < 0.03)
    #expect(!draws.contains(2.0))
    let even = try self.axis("{values: [1, 2]}")
    #expect(
      abs((0..<4000).count { even.value(seed: 1, draw: $0) == even.value(seed: 1, draw: 0) } - 2000) < 120)
  }

  @Test func `draw numbers of six digits within their bounds`() throws {
    let axis = try axis("{min: 0.1234567, max: 0.1234571}")
    for draw in 0..<100 {
      let value = try #require(axis.value(seed: 0, draw: draw).settings.values.first?.value.number)
      #expect((0.1234567...0.1234571).contains(value))
    }
  }

  static let mistakes: [(String, String, String)] = [
    (
      "training.epochs", "{min: 0.5, max: 3}",
      "2:51: training.epochs must be an integer from 1 to 100000, and uniform draws numbers that are none. Did you mean 'int_uniform'?"
    ),
    (
      "training.epochs", "{min: 0, max: 3}",
      "2:74: training.epochs must be an integer from 1 to 100000, and int_uniform comes to 0"
    ),
    (
      "training.epochs", "{distribution: q_normal, q: 0.5}",
      "2:51: training.epochs must be an integer from 1 to 100000, and q_normal draws numbers that are none. Did you mean 'q: 1'?"
    ),
    (
      "model.dropout", "{min: 0.0, max: 1.0}",
      "2:82: model.dropout must be a number from 0, below 1, and uniform comes to 1"
    ),
    ("model.dropout", "{min: 0.5, max: 0.2}", "2:82: `max` of model.dropout is 0.2, and must be above `min`, 0.5"),
    ("model.dropout", "{max: 0.2}", "2:51: model.dropout needs `values`, or `min` and `max`, or a `distribution`"),
    ("model.dropout", "{distribution: unifrom, min: 0, max: 0.2}", "unifrom"),
    (
      "model.dropout", "{distribution: uniform, mu: 0}",
      "2:90: `mu` does not belong to uniform, which takes `min` and `max`"
    ),
    ("model.dropout", "{distribution: beta, a: 0}", "2:90: `a` of model.dropout must be above 0, not 0"),
    (
      "model.dropout", "{distribution: log_uniform_values, min: 0, max: 0.1}",
      "2:106: log_uniform_values needs a `min` above 0"
    ),
    (
      "model.dropout", "{values: [0, 0.1], probabilities: [0.5, 0.4]}",
      "2:100: the probabilities of model.dropout must add up to 1, not 0.9"
    ),
    (
      "model.dropout", "{values: [0, 0.1], probabilities: [1]}",
      "must be a list of 2, each a number from 0 to 1, not a list of 1"
    ),
    ("model.dropout", "{values: [0, 0.1], min: 0}", "2:85: `min` of model.dropout means nothing beside `values`"),
    ("model.dropout", "{distribution: normal, values: [0]}", "2:89: normal takes no `values`"),
    (
      "model.dropout", "{values: [0.1], when: {training.loss: l1}}",
      "2:82: a parameter cannot hang on another; sweep the block that holds both, as in `sampling: {values: [{sampler: ddpm}, {sampler: ddim, eta: 0.5}]}`"
    ),
    (
      "sampling", "{values: [{sampler: ddim, steps: {values: [5, 10]}}]}",
      "a value cannot itself vary; write out the combinations, each as a value of its own"
    ),
    ("training.loss", "{min: 0, max: 1}", "training.loss is no number, so it has no distribution; give it `values`"),
    (
      "model.dropout", "{distribution: normal, mu: 0.1}",
      "model.dropout must be a number from 0, below 1, and its distribution also draws"
    ),
  ]

  @Test(arguments: mistakes) func `explain what cannot be drawn`(path: String, entry: String, message: String) throws {
    let text = "name: q\nsweep: {method: random, run_cap: 50, parameters: {\(path): \(entry)}}"
    let found = try #require(try mistake(in: text))
    #expect(found.contains(message), "\(found)")
  }
}

/// A golden of this test target.
func golden<Golden: Decodable>(_ name: String, as type: Golden.Type) throws -> Golden {
  let url = try #require(Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Goldens"))
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  return try decoder.decode(Golden.self, from: Data(contentsOf: url))
}
