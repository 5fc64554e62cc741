import Experiments
import Foundation
import Testing

/// What a person reads when a file cannot be used, word for word.
@Suite struct `Mistakes in a file` {
  static let keysAndTypes: [(String, String)] = [
    ("name: a\nmodle: {dropout: 0.2}", "e.yaml:2:1: unknown key 'modle'. Did you mean 'model'?"),
    ("name: a\nmodel:\n  dropuot: 0.2", "e.yaml:3:3: unknown key 'dropuot' in model. Did you mean 'dropout'?"),
    ("name: a\nsteps: 5", "e.yaml:2:1: unknown key 'steps'. Did you mean 'sampling.steps'?"),
    ("name: a\nmodel: {xyzzy: 5}", "e.yaml:2:9: unknown key 'xyzzy' in model"),
    (
      "name: a\nmodel: 5",
      "e.yaml:2:8: model must be a block with kind, widths, layers_per_block, norm_groups, heads, cross_attention, dropout, down_blocks, from, not '5'"
    ),
    ("name: a\nmodel: {dropout: high}", "e.yaml:2:18: model.dropout must be a number from 0, below 1, not 'high'"),
    ("name: a\nmodel: {dropout: 1}", "e.yaml:2:18: model.dropout must be a number from 0, below 1, not '1'"),
    (
      "name: a\nmodel: {dropout: \"0.2\"}",
      "e.yaml:2:18: model.dropout must be a number from 0, below 1, not the text \"0.2\". Did you mean '0.2'?"
    ),
    ("name: a\nmodel: {dropout: }", "e.yaml:2:18: model.dropout must be a number from 0, below 1, not null"),
    ("name: a\nmodel: {dropout: .nan}", "e.yaml:2:18: model.dropout must be a number from 0, below 1, not '.nan'"),
    (
      "name: a\ntraining: {learning_rate: 1e999}",
      "e.yaml:2:27: training.learning_rate must be a number above 0, not '1e999'"
    ),
    (
      "name: a\ntraining: {epochs: 2.5}",
      "e.yaml:2:20: training.epochs must be an integer from 1 to 100000, not '2.5'. Did you mean '3'?"
    ),
    (
      "name: a\ntraining: {epochs: 0}",
      "e.yaml:2:20: training.epochs must be an integer from 1 to 100000, not '0'. Did you mean '1'?"
    ),
    (
      "name: a\nseed: 99999999999999999999999",
      "e.yaml:2:7: seed must be an integer, 0 or more, not '99999999999999999999999'"
    ),
    ("name: a\nseed: [1]", "e.yaml:2:7: seed must be an integer, 0 or more, not a list"),
    (
      "name: a\nsampling: {clip_sample: yes}",
      "e.yaml:2:25: sampling.clip_sample must be true or false, not 'yes'. Did you mean 'true'?"
    ),
    (
      "name: a\nsampling: {sampler: dimd}",
      "e.yaml:2:21: sampling.sampler must be one of ddpm, ddim, not 'dimd'. Did you mean 'ddim'?"
    ),
    (
      "name: a\ndata: {balance: null}",
      "e.yaml:2:17: data.balance must be one of none, one-minus-frequency, inverse-frequency, not null. Did you mean 'none'?"
    ),
    (
      "name: a\nmodel: {widths: 32}",
      "e.yaml:2:17: model.widths must be a list, each element an integer from 1 to 8192, not '32'. Did you mean '[32]'?"
    ),
    (
      "name: a\nmodel: {widths: []}",
      "e.yaml:2:17: model.widths must be a list, each element an integer from 1 to 8192, not a list of 0"
    ),
    (
      "name: a\ntraining: {betas: [0.9]}",
      "e.yaml:2:19: training.betas must be a list of 2, each a number from 0, below 1, not a list of 1"
    ),
    (
      "name: a\ntraining: {betas: [0.9, 1.0]}",
      "e.yaml:2:25: training.betas must be a number from 0, below 1, not '1.0'"
    ),
    (
      "name: a\ndata: {source: images, path: ., classes: {a: []}}",
      "e.yaml:2:46: data.classes.a must be a list, each element text, not a list of 0"
    ),
    (
      "name: a\nconditioning: {label_keep: 1.5}",
      "e.yaml:2:28: conditioning.label_keep must be a number from 0 to 1, not '1.5'"
    ),
  ]

  @Test(arguments: keysAndTypes) func `of keys and types are explained at their line`(text: String, message: String)
    throws
  {
    let found = try mistake(in: text)
    #expect(found == message)
  }

  static let later: [(String, String)] = [
    ("name: a\nstop: {}", "e.yaml:2:1: `stop` is not available in this version"),
    (
      "name: a\ndata: {source: cartoon-set}", "e.yaml:2:16: data.source: `cartoon-set` is not available in this version"
    ),
    (
      "name: a\nconditioning: {kind: attributes}",
      "e.yaml:2:22: conditioning.kind: `attributes` is not available in this version"
    ),
    (
      "name: a\ntraining: {precision: float16}",
      "e.yaml:2:23: training.precision: `float16` is not available in this version"
    ),
    (
      "name: a\nsweep: {method: bayes, repeats: 2}",
      "e.yaml:2:17: sweep.method: `bayes` is not available in this version"
    ),
  ]

  @Test(arguments: later) func `that come with later versions are refused by name`(text: String, message: String) throws
  {
    let found = try mistake(in: text)
    #expect(found == message)
  }

  static let impossible: [(String, String)] = [
    (
      "name: a\nsampling:\n  steps: 2000",
      "e.yaml:3:3: sampling.steps is 2000, above the 1000 of diffusion.timesteps. Did you mean '1000'?"
    ),
    (
      "name: a\ndiffusion: {timesteps: 10}\nsampling: {sampler: ddpm, eta: 0.5}",
      "e.yaml:3:27: sampling.eta is 0.5, and ddpm takes only 0; ddim takes more. Did you mean '0'?"
    ),
    (
      "name: a\nmodel: {widths: [24, 48]}",
      "e.yaml:2:9: model.norm_groups is 32, which does not divide the width 24. Did you mean '24'?"
    ),
    (
      "name: a\nmodel: {widths: [24, 36], norm_groups: 8}",
      "e.yaml:2:27: model.norm_groups is 8, which does not divide the width 36. Did you mean '6'?"
    ),
    (
      "name: a\nmodel: {widths: [32, 64], heads: 7}",
      "e.yaml:2:27: model.heads is 7, which does not divide the width 64 of a level with attention. Did you mean '4'?"
    ),
    (
      "name: a\nmodel: {widths: [32, 36], norm_groups: 4, down_blocks: [Down, Down], heads: 8}",
      "e.yaml:2:70: model.heads is 8, which does not divide the width 36 of a level with attention. Did you mean '6'?"
    ),
    (
      "name: a\ndata: {size: 18}\nmodel: {widths: [32, 64, 96]}",
      "e.yaml:3:9: model.widths has 3 levels, which halve the picture 2 times, and 18 pixels of data.size cannot be halved so often. Did you mean 'size: 20'?"
    ),
    (
      "name: a\nmodel: {down_blocks: [Down]}",
      "e.yaml:2:9: model.down_blocks has 1 blocks for the 2 levels of model.widths"
    ),
    (
      "name: a\ndata: {split: {train: 0.9}}",
      "e.yaml:2:16: data.split sums to 1.1, not to 1. Did you mean 'train: 0.8'?"
    ),
    (
      "name: a\ndata: {source: npy, pictures: e.yaml}",
      "e.yaml:2:8: data.source npy needs data.labels, an array of labels; write it in the file, or give it as -S data.labels=FILE.npy"
    ),
    (
      "name: a\ndata: {source: npy, pictures: e.yaml, labels: e.yml}",
      "e.yaml:2:39: the file e.yml of data.labels does not exist. Did you mean 'e.yaml'?"
    ),
    (
      "name: a\nmodel: {from: e.yaml}",
      "e.yaml:2:9: model.from e.yaml is a file, not a folder"
    ),
    (
      "name: a\ndata: {augmentation: {crop_scale: [1, 0.08]}}",
      "e.yaml:2:23: data.augmentation.crop_scale goes from the least to the greatest, not from 1 to 0.08. Did you mean '[0.08, 1]'?"
    ),
    (
      "name: a\ntraining: {optimizer: sgd, nesterov: true}",
      "e.yaml:2:28: training.nesterov needs training.momentum above 0. Did you mean 'momentum: 0.9'?"
    ),
    (
      "name: a\ntraining: {early_stopping: {metric: validation.ema.mse}}",
      "e.yaml:2:29: training.early_stopping.metric is validation.ema.mse, and training.ema.decay is null, so there are no averaged weights. Did you mean 'validation.mse'?"
    ),
    (
      "name: a\nconditioning: {warmup: {epochs: 2, parts: [unet, label]}}",
      "e.yaml:2:36: conditioning.warmup.parts freezes the network and the embedding net, which leaves nothing to learn. Did you mean '[label]'?"
    ),
    (
      "name: a\ndata:\n  source: images",
      "e.yaml:3:3: data.source images needs data.path, the folder of the pictures; write it in the file, or give it as -S data.path=FOLDER"
    ),
    (
      "name: a\ndata: {bad: 0.6, duplicates: 0.5}",
      "e.yaml:2:8: data.bad and data.duplicates are shares of all sprites, and sum to more than 1"
    ),
    (
      "name: a\ndiffusion: {beta_end: 1e-5}",
      "e.yaml:2:13: diffusion.beta_end is 1e-5, below the 0.0001 of diffusion.beta_start"
    ),
  ]

  @Test(arguments: impossible) func `of impossible settings are explained at their line`(text: String, message: String)
    throws
  {
    let found = try mistake(in: text)
    #expect(found == message)
  }

  static let yaml: [(String, String)] = [
    ("", "e.yaml: the file is empty; an experiment has at least a name"),
    ("# only a comment\n", "e.yaml: the file is empty; an experiment has at least a name"),
    ("- a", "e.yaml:1:1: an experiment file is a block of settings, not a list"),
    ("seed: 1", "e.yaml:1: the experiment has no name; begin with 'name: …'"),
    (
      "name: a b",
      "e.yaml:1:7: name must be at most 100 letters, digits, '-', '_' and '.', not 'a b'. Did you mean 'a-b'?"
    ),
    ("name: a\nseed: 1\nseed: 2", "e.yaml:2:1: 'seed' stands twice in this block, first here"),
    ("name: a\nmodel: {dropout: 0.1, dropout: 0.2}", "e.yaml:2:9: 'dropout' stands twice in this block, first here"),
    ("name: a\nmodel: {dropout: [", "e.yaml:3:1: this is not YAML: did not find expected node content"),
    ("name: a\n\tseed: 1", "e.yaml:2:1: this is not YAML: found a tab character that violates indentation"),
    ("name: a\n---\nname: b", "e.yaml:2:1: this is not YAML: but found another document"),
    (
      "name: a\nmodel: &m {dropout: 0.1}\ntraining: {<<: *m}",
      "e.yaml:3:12: merge keys (<<) are not available; write the settings out"
    ),
    ("name: a\n? [x]\n: 1", "e.yaml:2:3: a key must be text, not a list"),
    ("name: a\nseed: *nothing", "e.yaml:2:7: this is not YAML: found undefined alias"),
  ]

  @Test(arguments: yaml) func `of YAML are explained at their line`(text: String, message: String) throws {
    let found = try mistake(in: text)
    #expect(found == message)
  }

  @Test func `are found in files that are missing, folders, or not text`() throws {
    let scratch = try Scratch()
    _ = try scratch.write("name: a", to: "quickstart.yaml")
    func message(_ name: String) -> String? {
      let path = scratch.url.appendingPathComponent(name).path
      let error = #expect(throws: InputError.self) { try Experiment.load(file: path) }
      return error?.description.replacingOccurrences(of: scratch.url.path + "/", with: "")
    }
    #expect(message("quikstart.yaml") == "quikstart.yaml: no such file. Did you mean 'quickstart.yaml'?")
    #expect(
      message("") == "\(scratch.url.path)/: this is a folder, not an experiment file"
        || message("")?.hasSuffix("this is a folder, not an experiment file") == true)
    _ = try scratch.write(Data("name: a\n# caf".utf8) + [0xE9], to: "latin.yaml")
    #expect(message("latin.yaml") == "latin.yaml:2: the text is not UTF-8")
    _ = try scratch.write(Data(repeating: 0x20, count: 2 << 20), to: "large.yaml")
    #expect(message("large.yaml") == "large.yaml: the file has 2097152 bytes; an experiment file has at most 1048576")
    _ = try scratch.write(Data([0x6E, 0x00, 0x01]), to: "binary.yaml")
    #expect(message("binary.yaml")?.hasPrefix("binary.yaml:1: this is not YAML") == true)
  }

  @Test func `of folders name the folder's line and its nearest neighbour`() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(
      at: scratch.url.appendingPathComponent("tiles"), withIntermediateDirectories: true)
    let file = try scratch.write("name: a\ndata:\n  source: images\n  path: tils")
    let error = #expect(throws: InputError.self) {
      try Plan.make(Experiment.load(file: file), sourceDigest: { _ in "" })
    }
    let folder = scratch.url.path
    #expect(
      error?.description
        == "\(file):4:3: the folder \(folder)/tils of data.path does not exist. Did you mean '\(folder)/tiles'?")
  }
}
