/// Slurm as a launch uses it.
public struct SlurmSite: Sendable {
  let client: SlurmClient
  /// How many tasks of one job may run at once, and trials of a search be under way; nil: as many tasks as Slurm lets, and
  /// a few trials.
  let tasksAtOnce: Int?

  /// For how long it may not answer before the launch gives up.
  let longestSilence: Duration

  public init(_ client: SlurmClient, tasksAtOnce: Int? = nil, longestSilence: Duration = .seconds(600)) {
    self.client = client
    self.tasksAtOnce = tasksAtOnce
    self.longestSilence = longestSilence
  }
}
