/// Slurm as a launch uses it.
public struct SlurmSite: Sendable {
  let client: SlurmClient
  /// How many tasks of one job may run at once; nil: as many as Slurm lets.
  let tasksAtOnce: Int?

  public init(_ client: SlurmClient, tasksAtOnce: Int? = nil) {
    self.client = client
    self.tasksAtOnce = tasksAtOnce
  }
}
