public import Torch
public import TorchNN

/// Turns a label into one token of context: Linear, dropout, GELU, Linear. A label is a vector over the classes, one-hot
/// or a mixture; a dropped one is all zeros.
/// Shape: [n, classes] → [n, 1, embedding].
public final class LabelEmbedding: Module {
  private let linear1: Linear
  private let dropout: Dropout
  private let linear2: Linear
  /// Of the embedding.
  public let channels: Int
  /// Channels of the hidden layer; nil: as many as `channels`.
  public let bottleneck: Int?

  /// - Parameter bottleneck: channels of the hidden layer; nil: as many as `embedding`.
  public init(classes: Int, embedding: Int, bottleneck: Int? = nil, dropout: Double = 0, name: String = "label") {
    linear1 = Linear(classes, bottleneck ?? embedding)
    self.dropout = Dropout(dropout, name: name)
    linear2 = Linear(bottleneck ?? embedding, embedding)
    channels = embedding
    self.bottleneck = bottleneck
  }

  var dropoutProbability: Double { dropout.probability }

  public var children: [(key: String, module: any Module)] { [("linear_1", linear1), ("linear_2", linear2)] }

  public func callAsFunction(_ labels: Tensor, _ mode: Mode = .evaluation) -> Tensor {
    linear2(dropout(linear1(labels), mode).gelu()).reshaped([labels.extent(0), 1, -1])
  }
}
