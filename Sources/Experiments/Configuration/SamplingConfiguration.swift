/// How pictures are drawn from a trained network.
public struct SamplingConfiguration: Equatable, Sendable {
  public enum Sampler: String, CaseIterable, Sendable { case ddpm, ddim }
  public enum Spacing: String, CaseIterable, Sendable { case leading, trailing, linspace }
  public enum Variance: String, CaseIterable, Sendable {
    case fixedSmall = "fixed-small"
    case fixedLarge = "fixed-large"
  }

  /// A sample grid: a column a class, `rows` rows; cell k starts from the same noise in every run.
  public struct Grid: Equatable, Sendable {
    public var rows: Int
    /// Also after every so many epochs of training; nil: only after the last.
    public var everyEpochs: Int?
  }

  public var sampler: Sampler
  public var steps: Int
  /// Share of DDIM's stochastic variance, 0…1.
  public var eta: Double
  /// Classifier-free guidance, 0 or more; 1: none.
  public var guidance: Double
  /// The grids' noise.
  public var seed: Int
  public var clipSample: Bool
  public var spacing: Spacing
  /// DDPM's variance.
  public var variance: Variance
  public var precision: Precision
  public var grid: Grid
}
