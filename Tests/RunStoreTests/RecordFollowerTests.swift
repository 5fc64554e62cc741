import Experiments
import Foundation
import GRDB
import Testing

@testable import RunStore

@Suite struct RecordFollowerTests {
  @Test func `only a file that has grown costs the store something`() throws {
    let folder = try TemporaryFolder()
    let (store, run) = try storeWithOneRun(in: folder)
    let training = run.stages[1]
    try store.writeOrders(for: [training]) { _ in false }
    let recorder = try DetachedStore(artifacts: store.artifacts, stage: training, attempt: "1").begin(
      stage: training, environment: [:])
    try recorder.metric("train.l1", step: 0, value: 1)
    var follower = RecordFollower(store)
    #expect(try follower.takeIn(ofStages: [training]))
    // With a store that gives no answer.
    try store.write { try $0.execute(sql: "ALTER TABLE record_file RENAME TO hidden") }
    #expect(try !follower.takeIn(ofStages: [training]))
    try recorder.metric("train.l1", step: 1, value: 2)
    #expect(throws: StoreError.self) { try follower.takeIn(ofStages: [training]) }
    try store.write { try $0.execute(sql: "ALTER TABLE hidden RENAME TO record_file") }
    #expect(try follower.takeIn(ofStages: [training]))
    #expect(try store.history(ofRun: run.id, key: "train.l1").map(\.value) == [1, 2])
  }
}
