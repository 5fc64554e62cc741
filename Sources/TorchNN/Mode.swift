import Randomness

/// What a forward pass is for: dropout acts in training only, and decides by position.
public enum Mode {
  case evaluation
  case training(DropoutStreams)
}

/// The randomness of dropout: layer by its name, epoch, and the picture's place in the epoch's order.
public final class DropoutStreams {
  private let seed: Int
  private var keys: [String: SIMD2<UInt32>] = [:]
  /// 0-based.
  public var epoch = 0
  /// One a row of the batch.
  public var indices: [UInt32] = []
  /// Parts of the network whose dropout is off; each stands for the layers below it.
  public var silent: [String] = []

  public init(seed: Int) {
    self.seed = seed
  }

  func isSilent(_ layer: String) -> Bool {
    silent.contains { layer == $0 || layer.hasPrefix($0 + ".") }
  }

  func key(of layer: String) -> SIMD2<UInt32> {
    if let key = keys[layer] { return key }
    let key = RandomStream(seed: seed, purpose: "dropout", name: layer).key
    keys[layer] = key
    return key
  }
}
