/// One combination of a sweep: a value on each of its axes. With `repeats` it is several runs.
public struct Trial: Sendable {
  /// In the order of the axes.
  let values: [Axis.Value]
  /// After how many epochs its trainings are left; nil: they are trained to their end.
  public var end: Int?

  init(_ values: [Axis.Value], end: Int? = nil) {
    self.values = values
    self.end = end
  }

  /// That of an experiment without a sweep.
  public init(end: Int?) {
    self.init([], end: end)
  }

  /// What the axes set, and nothing else.
  public var settings: Parameters {
    values.reduce(into: [:]) { settings, value in
      for (path, setting) in value.settings { settings[path] = setting.value }
    }
  }
}
