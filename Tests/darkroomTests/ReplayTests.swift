import Experiments
import Foundation
import GRDB
import RunStore
import Testing

/// `darkroom replay` on real trainings.
@Suite(.serialized, .timeLimit(.minutes(5))) final class ReplayTests {
  /// Two runs that part after their first epoch, on pictures from files.
  private static let experiment = """
    name: again
    seed: 3
    data: {source: npy, pictures: pictures.npy, labels: labels.npy, size: 16, split: {train: 0.5, validation: 0.25, test: 0.25}}
    model: {widths: [8, 16], norm_groups: 4, heads: 2, cross_attention: 16, layers_per_block: 1, dropout: 0.1}
    conditioning: {embedding: 8, label_keep: 0.9}
    diffusion: {timesteps: 50}
    training: {epochs: 3, batch_size: 8, threads: 1, ema: {decay: 0.9}}
    sampling: {steps: 2, grid: {rows: 1}}
    sweep: {parameters: {conditioning.warmup.epochs: {values: [1, 2]}}}

    """

  private let folder = FileManager.default.temporaryDirectory.appending(path: "darkroom-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Self.experiment.write(to: folder.appending(path: "e.yaml"), atomically: true, encoding: .utf8)
    try writePictures(seed: 7)
    try writeArray("labels.npy", "<i8", "(40,)", (0..<40).flatMap { [UInt8($0 % 2), 0, 0, 0, 0, 0, 0, 0] })
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  private func writePictures(seed: Int) throws {
    try writeArray(
      "pictures.npy", "|u1", "(40, 16, 16, 3)",
      (0..<40 * 768).map { UInt8(truncatingIfNeeded: (($0 + seed) &* 2_654_435_761) >> 16) })
  }

  private func writeArray(_ name: String, _ type: String, _ shape: String, _ values: [UInt8]) throws {
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
    let padding = String(repeating: " ", count: 63 - (10 + text.count) % 64)
    let header = Data((text + padding + "\n").utf8)
    let start = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0])
    try (start + header + Data(values)).write(to: folder.appending(path: name))
  }

  private func darkroom(_ arguments: String...) throws -> Program.Result {
    try Program.run(arguments, in: folder, environment: ["OMP_NUM_THREADS": "1"])
  }

  private func alter(_ sql: String) throws {
    let database = try DatabaseQueue(path: folder.appending(path: "runs.db").path)
    try database.write { try $0.execute(sql: sql) }
    try database.close()
  }

  @Test func `a run is executed again and compared bit by bit`() throws {
    let sweep = try darkroom("sweep", "e.yaml")
    #expect(sweep.status == 0, "\(sweep.errors)")
    let store = try RunStore(path: folder.appending(path: "runs.db").path, mode: .readOnly)
    let run = try #require(try store.runs().first { $0.parameters["conditioning.warmup.epochs"] == 2 })
    #expect(run.stages.count { $0.kind == .train } == 2)

    let equal = try darkroom("replay", run.id)
    #expect(equal.status == 0, "\(equal.output)\(equal.errors)")
    #expect(equal.output.contains("\nequal: "))
    #expect(equal.output.contains("2 states of the weights, 2 pictures"))
    #expect(equal.output.contains("surroundings are as they were"))
    #expect(equal.errors.contains("train: epoch 3 of 3"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains("replay") }.isEmpty)

    // One bit of one point, later an event that is there twice, the weights and a picture, and the surroundings.
    try alter(
      """
      UPDATE metric SET value = value * (1 + 3e-16) WHERE step = 1
        AND key = (SELECT number FROM metric_key WHERE name = 'validation.l1');
      INSERT INTO event SELECT stage, attempt, sequence + 1000, epoch, type, payload, time FROM event
        WHERE type = 'warmup.frozen';
      UPDATE event SET payload = json_set(payload, '$.sha256', '0') WHERE type = 'checkpoint.saved' AND epoch = 2;
      UPDATE grid_cell SET pixels = zeroblob(length(pixels)) WHERE cell = 1;
      UPDATE attempt SET environment = json_set(environment, '$.libtorch', '1.0');
      """)
    let different = try darkroom("replay", run.id, "--format", "json", "--keep", "kept")
    #expect(different.status == 1, "\(different.errors)")
    let page = try Value(json: different.output)
    #expect(page["equal"] == false)
    guard case .list(let differences)? = page["differences"], case .list(let surroundings)? = page["surroundings"]
    else {
      Issue.record("\(different.output)")
      return
    }
    #expect(differences.map { $0["epoch"] } == [1, 2, 2, 2])
    #expect(differences.map { $0["quantity"] } == ["validation.l1", "event warmup.frozen", "weights", "picture 1 (1)"])
    #expect(surroundings.filter { $0["same"] == false }.map { $0["name"] } == ["libtorch"])
    let kept = try RunStore(path: folder.appending(path: "kept/runs.db").path, mode: .readOnly).runs()
    #expect(kept.map(\.id) == [run.id] && kept[0].status == .finished)

    try writePictures(seed: 8)
    let changed = try darkroom("replay", run.id)
    #expect(changed.status == 65)
    #expect(changed.errors.contains("the source data are not those that the run was made from: the digest of "))
    #expect(changed.errors.contains("/pictures.npy"))

    try FileManager.default.removeItem(at: folder.appending(path: "labels.npy"))
    let gone = try darkroom("replay", run.id)
    #expect(gone.status == 65)
    #expect(gone.errors.contains("the run cannot be executed again: the file "))
    #expect(gone.errors.contains("labels.npy of data.labels does not exist"))
  }
}
