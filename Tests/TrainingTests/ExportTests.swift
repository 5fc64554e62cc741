import Experiments
import Foundation
import RunStore
import Testing
import Torch
import TorchNN

@testable import Diffusion
@testable import Training

struct ExportTests {
  let goldens = (Bundle.module.resourceURL ?? URL(fileURLWithPath: ".")).appendingPathComponent("Goldens/export")

  func json(_ url: URL) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
  }

  /// What both write, key by key; diffusers' own version aside.
  func expectAlike(_ written: [String: Any], _ golden: String) throws {
    let theirs = try json(goldens.appendingPathComponent("\(golden).json")).filter { $0.key != "_diffusers_version" }
    #expect(Set(written.keys) == Set(theirs.keys))
    for (key, value) in theirs {
      let ours = try #require(written[key] as? NSObject, "\(key)")
      #expect(ours == value as? NSObject, "\(key) is \(ours), and diffusers writes \(value)")
    }
  }

  @Test func `an exported run has the configuration that diffusers writes, and draws the same when read back`() throws {
    let scratch = try Scratch(overrides: ["training.epochs=2", "sampling.grid.every_epochs=1"])
    try scratch.execute()
    let folder = scratch.folder.appendingPathComponent("export")
    try DiffusersExport(run: scratch.run, scratch.store).write(to: folder)
    try expectAlike(json(folder.appendingPathComponent("unet/config.json")), "unet")
    try expectAlike(json(folder.appendingPathComponent("scheduler/scheduler_config.json")), "ddim")
    let label = try json(folder.appendingPathComponent("label/config.json"))
    #expect(label["classes"] as? [String] == ["hero", "non-hero", "food", "spell", "side-facing hero"])
    #expect(label["bottleneck"] as? Int == 4 && label["embedding"] as? Int == 8 && label["dropout"] as? Double == 0.1)
    let origin = try json(folder.appendingPathComponent("darkroom.json"))
    #expect(origin["run"] as? String == scratch.run && origin["epoch"] as? Int == 1)
    #expect(origin["state"] as? String == scratch.stage(.train).states[2])

    let pipeline = try DiffusersPipeline(folder: folder)
    let trained = try TrainedRun(scratch.run, scratch.store)
    #expect(pipeline.settings == SamplerSettings(trained.configuration))
    #expect(pipeline.size == 16)
    #expect(pipeline.label?.classNames == trained.classNames)
    let x = Tensor((0..<2 * 3 * 16 * 16).map { Float(sin(Double($0))) }, shape: [2, 3, 16, 16])
    let labels = Tensor([1, 0, 0, 0, 0, 0, 0, 0.3, 0.7, 0] as [Float], shape: [2, 5])
    let (t, context) = (Tensor([Int64(7)], shape: [1]), try #require(pipeline.label).embedding(labels))
    let wanted = trained.denoiser(x, timesteps: t, labels: labels, .evaluation)
    #expect(pipeline.network(x, timesteps: t, context: context).values() == wanted.values())

    let first = scratch.folder.appendingPathComponent("first")
    try DiffusersExport(run: scratch.run, scratch.store, epoch: 0).write(to: first)
    let (early, late) = (try DiffusersPipeline(folder: first).network.state(), pipeline.network.state())
    #expect(early["conv_in.weight"]?.values() != late["conv_in.weight"]?.values())
    let missing = #expect(throws: InputError.self) {
      try DiffusersExport(run: scratch.run, scratch.store, epoch: 5).write(to: folder.appendingPathExtension("5"))
    }
    #expect(missing?.message.contains("keeps no weights of epoch 5; it keeps those of 0, 1") == true)
  }

  @Test func `where weights are averaged, the averages are exported`() throws {
    let scratch = try Scratch(
      overrides: ["training.epochs=1", "sampling.grid.every_epochs=null", "training.ema.decay=0.9"])
    try scratch.execute()
    let folder = scratch.folder.appendingPathComponent("export")
    try DiffusersExport(run: scratch.run, scratch.store).write(to: folder)
    let pipeline = try DiffusersPipeline(folder: folder)
    let checkpoint = try TrainedRun(scratch.run, scratch.store).checkpoint
    let file = try CheckpointFile(checkpoint, in: scratch.store.artifacts)
    let drawn = try CheckpointFile(checkpoint, in: scratch.store.artifacts, for: .drawing)
    #expect(drawn.weights.isEmpty && drawn.sampledWeights.count == file.weights.count)
    let exported = [
      "unet.conv_in.weight": pipeline.network.state()["conv_in.weight"],
      "label.linear_1.weight": pipeline.label?.embedding.state()["linear_1.weight"],
    ]
    for (name, tensor) in exported {
      let average = try #require(file.tensors(under: "ema.")[name])
      #expect(tensor?.values() == average.values(), "\(name)")
      #expect(tensor?.values() != file.weights[name]?.values(), "\(name)")
    }
  }

  @Test func `schedulers are written as diffusers writes them, and read back as they were`() throws {
    var configuration = try Configuration(settings: [
      "diffusion.timesteps": 50, "diffusion.schedule": "cosine", "diffusion.prediction": "v",
      "diffusion.rescale_betas_zero_snr": true, "sampling.sampler": "ddpm", "sampling.clip_sample": false,
      "sampling.spacing": "trailing", "sampling.variance": "fixed-large",
    ])
    try expectAlike(SamplerSettings(configuration).diffusersConfig(), "ddpm")

    let folder = FileManager.default.temporaryDirectory
    for sampler in SamplingConfiguration.Sampler.allCases {
      for schedule in DiffusionConfiguration.Schedule.allCases {
        (configuration.sampling.sampler, configuration.diffusion.schedule) = (sampler, schedule)
        let settings = SamplerSettings(configuration)
        let file = folder.appendingPathComponent("scheduler-\(UUID().uuidString).json")
        try DiffusersConfig.write(settings.diffusersConfig(), to: file)
        let read = try SamplerSettings(diffusers: file)
        #expect(read.configuration.schedule.betas == settings.configuration.schedule.betas, "\(sampler), \(schedule)")
        #expect(read.configuration.prediction == .velocity && read.configuration.spacing == .trailing)
        #expect(read.configuration.clipping == .none && read.kind == settings.kind)
        try FileManager.default.removeItem(at: file)
      }
    }
  }

  @Test func `a folder that holds something is left as it is, and a failed export leaves nothing`() throws {
    let scratch = try Scratch(overrides: ["training.epochs=1", "sampling.grid.every_epochs=null"])
    let folder = scratch.folder.appendingPathComponent("export")
    let export = DiffusersExport(run: scratch.run, scratch.store)
    let untrained = #expect(throws: InputError.self) { try export.write(to: folder) }
    #expect(untrained?.message.contains("has no trained network yet") == true)
    try scratch.execute()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let kept = folder.appendingPathComponent("mine.txt")
    try Data("mine".utf8).write(to: kept)
    let before = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).sorted()
    let full = #expect(throws: InputError.self) { try export.write(to: folder) }
    #expect(full?.message.contains("not an empty folder") == true)
    #expect(throws: (any Error).self) { try export.write(to: scratch.folder.appendingPathComponent("no/where")) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).sorted() == before)
    try FileManager.default.removeItem(at: kept)
    try export.write(to: folder)
    _ = try DiffusersPipeline(folder: folder)
  }
}
