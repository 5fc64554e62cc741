public import Torch
public import TorchNN

/// A small convolutional network that tells the classes of the data apart; what it averages over the picture before its
/// last layer, divided by one number, are the features. Shape: [n, 3, size, size] → [n, 64] and [n, classes].
public final class Classifier: Module {
  public static let featureCount = 64

  private let convolutions: [Conv2d]
  private let head: Linear
  /// The features' root mean square over the pictures trained on, by which they are divided: the kernel of KID takes
  /// features for numbers around 1. Shape: [1].
  let scale = Tensor.full([1], 1)

  /// - Parameter size: of the pictures, in pixels; each convolution but the last halves it, until it is at most 4.
  public init(classes: Int, size: Int) {
    var convolutions = [Conv2d(3, 32, kernel: 3, stride: 2, padding: 1)]
    var (size, channels) = ((size + 1) / 2, 32)
    while size > 4 {
      convolutions.append(Conv2d(channels, Self.featureCount, kernel: 3, stride: 2, padding: 1))
      (size, channels) = ((size + 1) / 2, Self.featureCount)
    }
    convolutions.append(Conv2d(channels, Self.featureCount, kernel: 3, padding: 1))
    self.convolutions = convolutions
    head = Linear(Self.featureCount, classes)
  }

  public var children: [(key: String, module: any Module)] {
    convolutions.enumerated().map { ("convolutions.\($0.offset)", $0.element) } + [("head", head)]
  }

  public var buffers: [Buffer] { [Buffer("scale", scale)] }

  /// - Parameter x: in ±1.
  /// - Returns: features as they are, and logits.
  func callAsFunction(_ x: Tensor) -> (features: Tensor, logits: Tensor) {
    let maps = convolutions.reduce(x) { x, convolution in convolution(x).silu() }
    let (n, channels) = (maps.extent(0), maps.extent(1))
    let features = maps.reshaped([n * channels, -1]).rowMeans().reshaped([n, channels])
    return (features, head(features))
  }
}

extension Classifier: FeatureExtractor {
  public func features(of pictures: Tensor) -> Features {
    withoutGradients {
      let (features, logits) = self(Self.inPlusMinusOne(pictures))
      return Features(values: (features / scale).to(.float64), logits: logits.to(.float64))
    }
  }

  static func inPlusMinusOne(_ pictures: Tensor) -> Tensor {
    (pictures.to(.float32) / 127.5 - 1).permuted([0, 3, 1, 2])
  }
}
