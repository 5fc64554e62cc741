import Experiments

/// A Slurm that doesn't answer is asked again, every `slurm.poll_seconds`.
extension SlurmLaunch {
  /// It may be away for so long before the launch gives up.
  private static let longestSilence = Duration.seconds(600)

  /// Throws `InputError` where Slurm has been away for too long.
  mutating func endure(_ refusal: SlurmClient.Refusal) throws {
    let since = silentSince ?? .now
    silentSince = since
    nextSubmission = .now + .seconds(settings.pollSeconds)
    guard .now - since < Self.longestSilence else {
      throw InputError("Slurm no longer answers: \(refusal.words.joined(separator: "; "))")
    }
  }

  /// Where Slurm doesn't answer, it is told again when it is next asked.
  mutating func cancel(_ tasks: [FollowedTask]) async throws {
    unwanted.formUnion(tasks.map(\.place))
    do { try await tellUnwanted() } catch let refusal as SlurmClient.Refusal { try endure(refusal) }
  }

  /// Throws `Refusal`.
  mutating func tellUnwanted() async throws {
    guard !unwanted.isEmpty else { return }
    try await site.client.cancel(unwanted.map(\.name).sorted())
    unwanted = []
  }
}
