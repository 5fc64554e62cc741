import Diffusion
import Experiments
import Foundation
import TorchNN

extension Denoiser {
  /// Takes the weights of a folder that diffusers or `darkroom export` wrote. Where it holds no label net, that one
  /// stays as it is.
  /// - Throws: `InputError` with the setting, where the folder's network is another; `PipelineError` or `FormatError`
  ///   where the folder can't be used.
  func load(from folder: URL, classNames: [String]) throws {
    let network = try UNet2DConditionModel(diffusers: UNet2DConditionModel.folder(in: folder))
    try refuse(differences(from: network.configuration), folder)
    try unet.load(network.state())
    guard let label, let net = try LabelNet(in: folder) else { return }
    try refuse(differences(from: net, in: label, classNames), folder)
    try label.load(net.embedding.state())
  }

  /// A setting, with its value in the folder and in the experiment.
  private typealias Difference = (setting: String, folder: String, experiment: String)

  /// Dropout aside, which is no matter of the weights.
  private func differences(from theirs: UNet2DConditionModel.Configuration) -> [Difference] {
    let ours = unet.configuration
    func heads(_ configuration: UNet2DConditionModel.Configuration) -> [Int] {
      // A level without attention has none to compare.
      zip(configuration.heads, configuration.downBlockTypes).compactMap { $1 == .crossAttn ? $0 : nil }
    }
    let pairs: [(String, String, String)] = [
      ("model.widths", "\(theirs.blockOutChannels)", "\(ours.blockOutChannels)"),
      ("model.layers_per_block", "\(theirs.layersPerBlock)", "\(ours.layersPerBlock)"),
      ("model.down_blocks", "\(theirs.downBlockTypes)", "\(ours.downBlockTypes)"),
      ("model.down_blocks (on the way up)", "\(theirs.upBlockTypes)", "\(ours.upBlockTypes)"),
      ("model.heads", "\(heads(theirs))", "\(heads(ours))"),
      ("model.cross_attention", "\(theirs.crossAttentionDim)", "\(ours.crossAttentionDim)"),
      ("conditioning.embedding", theirs.encoderHidDim.readable, ours.encoderHidDim.readable),
      ("model.norm_groups", "\(theirs.normGroups)", "\(ours.normGroups)"),
      ("norm_eps, no setting,", "\(theirs.normEpsilon)", "\(ours.normEpsilon)"),
      (
        "channels of the pictures, no setting,", "\(theirs.inChannels) and \(theirs.outChannels)",
        "\(ours.inChannels) and \(ours.outChannels)"
      ),
    ]
    return pairs.filter { $0.1 != $0.2 }
  }

  private func differences(from net: LabelNet, in ours: LabelEmbedding, _ classNames: [String]) -> [Difference] {
    let theirs = net.embedding
    let pairs: [(String, String, String)] = [
      // Weights know classes by their number.
      ("the data's classes", net.classNames.joined(separator: ", "), classNames.joined(separator: ", ")),
      ("conditioning.embedding", "\(theirs.channels)", "\(ours.channels)"),
      ("conditioning.bottleneck", theirs.bottleneck.readable, ours.bottleneck.readable),
    ]
    return pairs.filter { $0.1 != $0.2 }
  }

  private func refuse(_ differences: [Difference], _ folder: URL) throws {
    guard !differences.isEmpty else { return }
    let text = differences.map { "\($0.setting) is \($0.folder) there and \($0.experiment) here" }
    throw InputError("model.from: the network in \(folder.path) is another: \(text.joined(separator: "; "))")
  }
}

extension Int? {
  fileprivate var readable: String { map(String.init) ?? "none" }
}
