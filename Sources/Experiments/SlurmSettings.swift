/// The `slurm:` block: what Slurm is asked for on behalf of each stage. It changes no result, so it belongs to no
/// identity. What is nil is left to Slurm.
public struct SlurmSettings: Equatable, Sendable {
  public var partition: String?
  public var account: String?
  public var qos: String?
  /// Features that a node must have.
  public var constraint: String?
  /// As Slurm writes it: minutes, or `days-hours:minutes:seconds`.
  public var time: String?
  /// A task's processors; nil: as many as `training.threads`.
  public var cpus: Int?
  public var gpus: Int?
  /// A node's, with a unit such as `8G`.
  public var memory: String?
  /// Lines of shell that a task executes first.
  public var setup: String?
  /// So long before its time is up a task saves its state and asks to be queued again.
  public var graceSeconds = 120
  /// How often Slurm is asked how jobs stand.
  public var pollSeconds = 5.0

  public init() {}
}
