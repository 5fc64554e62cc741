/// Which way a metric gets better.
public enum Direction: Sendable {
  case lowerIsBetter, higherIsBetter

  /// Known from the last word of the key that says it, such as `l1` in `validation.l1`; nil where none does.
  public init?(ofMetric key: String) {
    let lower: Set = ["loss", "l1", "mse", "seconds", "kid", "fid", "network_evaluations"]
    let higher: Set = ["accuracy", "class_accuracy", "inception_score", "pictures_per_second"]
    for word in key.split(separator: ".").map(String.init).reversed() {
      if lower.contains(word) {
        self = .lowerIsBetter
        return
      }
      if higher.contains(word) {
        self = .higherIsBetter
        return
      }
    }
    return nil
  }
}
