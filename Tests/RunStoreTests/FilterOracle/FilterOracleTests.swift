import Experiments
import Foundation
import class GRDB.Database
import class GRDB.Statement
import Testing

@testable import RunStore

/// Random filters, judged a second time by a plain evaluator that knows nothing of SQL and never parses.
@Suite struct FilterOracleTests {
  let folder = try! TemporaryFolder()

  /// `DARKROOM_FILTERS`: how many (10,000 take some ten seconds), `DARKROOM_SEED`: which.
  @Test func `random filters and orders give what a plain evaluator gives`() throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["DARKROOM_FILTERS"].flatMap { Int($0) } ?? 2000
    var random = SplitMix(state: environment["DARKROOM_SEED"].flatMap { UInt64($0) } ?? 7)
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    let subjects = try (0..<60).map { try FilterSubject(number: $0, in: store, &random) }
    let ids = try store.runs().map(\.id)
    #expect(Set(ids) == Set(subjects.map(\.run.id)))
    var selecting = 0
    for number in 0..<count {
      let tree = FilterTree.random(depth: 4, &random)
      let order = FilterOrder.random(&random)
      let expected = subjects.filter(tree.holds).sorted(by: order.precedes).map(\.run.id)
      let limit = Int.random(in: 1...60, using: &random)
      let (filter, sort) = (try Filter(tree.text), try RunOrder(order.text))
      // Reading all that belongs to the runs takes longest, and is not what is asked here.
      let found =
        number % 50 == 0
        ? try store.runs(matching: filter, sort: sort, limit: limit).map(\.id)
        : try store.ids(matching: filter, sort: sort, limit: limit)
      #expect(found == Array(expected.prefix(limit)), "\(tree.text) by \(order.text)")
      if !expected.isEmpty, expected.count < subjects.count { selecting += 1 }
    }
    #expect(selecting > count / 2)
  }
}

extension RunStore {
  fileprivate func ids(matching filter: Filter, sort: RunOrder, limit: Int) throws -> [String] {
    try read { database in
      let numbers = try RunWalk(sort, in: database)?.runs(
        among: FilterEvaluation.runs(matching: filter, in: database), limit: limit, in: database)
      let select = try database.cachedStatement(sql: "SELECT id FROM run WHERE number = ?")
      return try (numbers ?? []).map { number in
        var id = ""
        select.bind(number, at: 1)
        try select.eachRow { id = $0.string(0) }
        return id
      }
    }
  }
}
