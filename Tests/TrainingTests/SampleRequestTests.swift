import Diffusion
import Experiments
import Foundation
import RunStore
import Testing
import Torch
import Training

final class SampleRequestTests {
  let pipeline =
    (Bundle.module.resourceURL ?? URL(fileURLWithPath: ".")).appendingPathComponent(
      "Goldens/pipeline", isDirectory: true)
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("darkroom-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  func file(_ name: String) -> URL { pipeline.appendingPathComponent("\(name).npy") }

  func request() -> SampleRequest {
    var request = SampleRequest(source: .folder(pipeline), out: folder.appendingPathComponent("out.npy"))
    (request.noise, request.embeddings) = (file("noise"), file("embeddings"))
    return request
  }

  @Test(arguments: [("ddim-10", SamplerSettings.Kind?.none, 10), ("ddim-50", nil, 50), ("ddpm-20", .ddpm, 20)])
  func `a pipeline folder of diffusers' draws the pictures that diffusers draws`(
    name: String, kind: SamplerSettings.Kind?, steps: Int
  ) throws {
    var request = request()
    (request.sampler, request.steps, request.stepNoise) = (kind, steps, kind == nil ? nil : file("step-noise"))
    try request.run()
    let (drawn, wanted) = (try NumPy.read(request.out), try NumPy.read(file(name)))
    #expect(drawn.shape == wanted.shape)
    let miss = (drawn - wanted).abs().values().max() ?? .infinity
    // On the processor that made the goldens, with as many threads, it is 0.
    #expect(miss <= 1e-5, "off by \(miss)")
    let spread = wanted.values()
    #expect((spread.max() ?? 0) - (spread.min() ?? 0) > 1, "pictures all alike would show nothing")
  }

  @Test(arguments: [
    ("guided-ddim-10", SamplerSettings.Kind?.none, 10, Double?.some(2.5), "0,1,2"),
    ("guided-ddpm-20", .ddpm, 20, 2.5, "hero,food,spell"), ("mixture-ddim-10", nil, 10, nil, "hero=0.7,food=0.3"),
  ])
  func `guidance and mixtures of labels draw what a loop over diffusers draws`(
    name: String, kind: SamplerSettings.Kind?, steps: Int, guidance: Double?, labels: String
  ) throws {
    var request = request()
    (request.sampler, request.steps, request.stepNoise) = (kind, steps, kind == nil ? nil : file("step-noise"))
    (request.guidance, request.labels, request.embeddings) = (guidance, try LabelMixture.list(labels), nil)
    try request.run()
    let miss = try (NumPy.read(request.out) - NumPy.read(file(name))).abs().values().max() ?? .infinity
    #expect(miss <= 1e-5, "off by \(miss)")
  }

  @Test func `a run's pictures are those of its grid`() throws {
    let scratch = try Scratch(overrides: ["sampling.grid.every_epochs=null", "training.epochs=1"])
    try scratch.execute()
    var request = SampleRequest(
      source: .run(id: scratch.run, scratch.store), out: folder.appendingPathComponent("run.npy"))
    try request.run()
    let grid = try #require(try scratch.store.grid(ofRun: scratch.run))
    #expect(try NumPy.read(request.out).pictureBytes() == grid.cells.flatMap(\.rgb))

    (request.labels, request.count, request.out) = (
      try LabelMixture.list("food"), 4, folder.appendingPathComponent("sheet.png")
    )
    try request.run()
    #expect(try Data(contentsOf: request.out).starts(with: [0x89, 0x50, 0x4e, 0x47]))

    request.labels = try LabelMixture.list("fod")
    let error = #expect(throws: InputError.self) { try request.run() }
    #expect(error?.suggestion == "food")
  }

  @Test func `what doesn't fit is refused, and nothing is written`() throws {
    var wrong: [SampleRequest] = []
    func variant(_ change: (inout SampleRequest) throws -> Void) rethrows {
      var variant = request()
      try change(&variant)
      wrong.append(variant)
    }
    variant { $0.steps = 0 }
    variant { $0.steps = 1001 }
    variant { $0.eta = 2 }
    variant { ($0.sampler, $0.eta) = (.ddpm, 0.5) }
    variant { $0.noise = file("embeddings") }
    variant { $0.stepNoise = file("step-noise") }
    try variant { ($0.embeddings, $0.labels) = (nil, try LabelMixture.list("monster")) }
    variant { $0.guidance = -1 }
    variant { $0.count = 7 }
    variant { $0.out = folder.appendingPathComponent("out.jpg") }
    for request in wrong { #expect(throws: InputError.self) { try request.run() } }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func `a folder without a label net needs embeddings`() throws {
    let copy = folder.appendingPathComponent("pipeline")
    try FileManager.default.copyItem(at: pipeline, to: copy)
    try FileManager.default.removeItem(at: copy.appendingPathComponent("label"))
    var request = request()
    (request.source, request.embeddings) = (.folder(copy), nil)
    let error = #expect(throws: InputError.self) { try request.run() }
    #expect(error?.message == "the folder holds no label net; give --embeddings of shape (3, tokens, 6) as .npy")
  }

  @Test(arguments: [
    (#""act_fn": "silu""#, #""act_fn": "gelu""#, "'act_fn' is gelu"),
    (#""norm_num_groups": 4"#, #""norm_num_groups": 3"#, "3 norm groups don't divide the width 8"),
    (#""DownBlock2D""#, #""AttnDownBlock2D""#, "AttnDownBlock2D isn't available"),
    (#""upcast_attention": false"#, #""something_new": 3"#, "'something_new' is 3"),
    (#""encoder_hid_dim": 6"#, #""encoder_hid_dim": 7"#, "doesn't fit config.json"),
  ])
  func `a folder that asks for another network is refused by the setting's name`(
    from: String, to: String, reason: String
  ) throws {
    let copy = folder.appendingPathComponent("pipeline")
    try FileManager.default.copyItem(at: pipeline, to: copy)
    let config = copy.appendingPathComponent("unet/config.json")
    let text = try String(contentsOf: config, encoding: .utf8)
    #expect(text.contains(from))
    try Data(text.replacingOccurrences(of: from, with: to).utf8).write(to: config)
    let error = #expect(throws: PipelineError.self) { try DiffusersPipeline(folder: copy) }
    #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
  }
}
