import Testing

@testable import Experiments

@Suite struct `Configurations` {
  @Test func `hold every leaf of the schema, and give it back`() throws {
    let configuration = try Configuration(settings: [:])
    #expect(configuration.parameters == Schema.resolve([:]))
    #expect(configuration.parameters.count == Schema.fields.count)
  }

  @Test func `give back settings that are not the defaults`() throws {
    let settings: Parameters = [
      "data.source": "images", "data.path": "/tiles", "data.classes": ["b": ["x/**"], "a": ["y/*", "z"]],
      "data.filter.white_pixels": 26, "model.widths": [8, 16, 24], "conditioning.bottleneck": 32,
      "conditioning.warmup.epochs": 4, "sampling.grid.every_epochs": 5, "sampling.sampler": "ddpm",
      "training.optimizer": "adam",
    ]
    let parameters = Schema.resolve(settings)
    let configuration = try Configuration(settings: settings)
    #expect(configuration.parameters == parameters)
    #expect(configuration.data.classes?.map(\.name) == ["b", "a"])
    #expect(configuration.conditioning.warmup.epochs == 4)
  }

  @Test func `derive defaults from other settings`() throws {
    #expect(try Configuration(settings: ["sampling.sampler": "ddpm"]).sampling.steps == 1000)
    #expect(try Configuration(settings: ["diffusion.timesteps": 20]).sampling.steps == 20)
    #expect(try Configuration(settings: [:]).sampling.steps == 50)
    #expect(try Configuration(settings: ["training.optimizer": "adam"]).training.weightDecay == 0)
    #expect(try Configuration(settings: [:]).training.weightDecay == 0.01)
    #expect(
      try Configuration(settings: ["model.widths": [32, 32, 64]]).model.downBlocks == [.down, .down, .crossAttnDown])
  }

  @Test func `refuse an unknown path and name the nearest`() {
    let error = #expect(throws: InputError.self) { try Configuration(settings: ["model.dropuot": 0.5]) }
    #expect(error?.suggestion == "model.dropout")
  }

  @Test func `read parameters from before a key was born`() throws {
    var parameters = Schema.resolve([:])
    parameters["sampling.spacing"] = nil
    #expect(try Configuration(parameters).sampling.spacing == .leading)
  }
}
