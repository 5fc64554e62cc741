/// The forward process, and what the network predicts of it.
public struct DiffusionConfiguration: Equatable, Sendable {
  public enum Schedule: String, CaseIterable, Sendable {
    case linear
    case scaledLinear = "scaled-linear"
    case cosine
    case sigmoid
  }
  public enum Prediction: String, CaseIterable, Sendable { case epsilon, sample, v }

  public var timesteps: Int
  public var schedule: Schedule
  public var betaStart: Double
  public var betaEnd: Double
  public var prediction: Prediction
  public var rescaleBetasZeroSNR: Bool
}
