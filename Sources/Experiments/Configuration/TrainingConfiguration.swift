/// How the network is fitted.
public struct TrainingConfiguration: Equatable, Sendable {
  public enum Loss: String, CaseIterable, Sendable { case l1, mse }
  public enum Optimizer: String, CaseIterable, Sendable { case adam, adamw }
  public enum Precision: String, CaseIterable, Sendable { case float32 }
  public enum Device: String, CaseIterable, Sendable { case cpu }

  public var epochs: Int
  public var batchSize: Int
  public var loss: Loss
  public var optimizer: Optimizer
  public var learningRate: Double
  /// Two values, each 0..<1.
  public var betas: [Double]
  public var epsilon: Double
  public var weightDecay: Double
  public var precision: Precision
  /// Threads of one training process: they decide the order of sums, so they are part of the identity.
  public var threads: Int
  public var device: Device
}
