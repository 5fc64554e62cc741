import Experiments

/// A Slurm that doesn't answer is asked again, every `slurm.poll_seconds`, but not for ever.
struct SlurmPatience {
  /// It may be away for so long.
  let longest: Duration
  private var silentSince: ContinuousClock.Instant?

  init(longest: Duration) {
    self.longest = longest
  }

  mutating func answered() {
    silentSince = nil
  }

  /// Throws `InputError` where Slurm has been away for too long.
  mutating func endure(_ refusal: SlurmClient.Refusal) throws {
    let since = silentSince ?? .now
    silentSince = since
    guard .now - since < longest else {
      throw InputError("Slurm no longer answers: \(refusal.words.joined(separator: "; "))")
    }
  }
}
