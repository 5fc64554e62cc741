/// Which way a metric gets better.
public enum Direction: Sendable {
  case lowerIsBetter, higherIsBetter

  /// Known from the last word of the key that says it, such as `l1` in `validation.l1`; nil where none does, and where
  /// the key is about how sure a score is.
  public init?(ofMetric key: String) {
    let lower: Set = ["loss", "l1", "mse", "seconds", "seconds_per_picture", "kid", "fid", "network_evaluations"]
    let higher: Set = [
      "accuracy", "class_accuracy", "inception_score", "density", "coverage", "pictures_per_second",
    ]
    let words = key.split(separator: ".").map(String.init)
    if words.last == "standard_error" || words.last == "standard_deviation" { return nil }
    for word in words.reversed() {
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
