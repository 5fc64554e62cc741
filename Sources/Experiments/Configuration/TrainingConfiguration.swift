/// How the network is fitted.
public struct TrainingConfiguration: Equatable, Sendable {
  public enum Loss: String, CaseIterable, Sendable { case l1, mse }
  public enum Optimizer: String, CaseIterable, Sendable { case adam, adamw, sgd }
  public enum Device: String, CaseIterable, Sendable { case cpu }

  /// How the learning rate goes over the epochs.
  public struct Schedule: Equatable, Sendable {
    public enum Kind: String, CaseIterable, Sendable { case constant, linear, cosine, step, plateau }

    public var kind: Kind
    /// Over which the rate rises from 0.
    public var warmupEpochs: Double
    /// Linear and cosine: share of the rate that is left at the end, 0…1.
    public var final: Double
    /// Step: from one step down to the next.
    public var stepEpochs: Int
    /// Step and plateau: what each step down leaves of the rate, in (0, 1].
    public var factor: Double
    /// Plateau: what steps the rate down.
    public var watch: Watch
  }

  /// Which states stay on disk.
  public struct Keep: Equatable, Sendable {
    /// Of those to resume from, while training goes on.
    public var last: Int
    /// The epochs that are best by this metric keep their weights too.
    public var best: WatchedMetric?
    public var bestCount: Int
  }

  public var epochs: Int
  public var batchSize: Int
  public var loss: Loss
  /// γ of min-SNR weighting; nil: all timesteps count the same.
  public var minSNR: Double?
  public var optimizer: Optimizer
  public var learningRate: Double
  /// Two values, each 0..<1.
  public var betas: [Double]
  public var epsilon: Double
  /// SGD's, 0..<1.
  public var momentum: Double
  /// SGD's.
  public var nesterov: Bool
  public var weightDecay: Double
  /// Greatest norm of the whole gradient; nil: as it comes.
  public var gradientClipping: Double?
  /// Decay of the averaged weights, 0..<1; nil: there are none.
  public var emaDecay: Double?
  public var schedule: Schedule
  public var earlyStopping: Watch
  public var keep: Keep
  public var precision: Precision
  /// Threads of one training process: they decide the order of sums, so they are part of the identity.
  public var threads: Int
  public var device: Device
}
