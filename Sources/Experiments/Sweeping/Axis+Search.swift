extension Axis {
  /// The axis as a search sees it; nil where its distribution has no bounds, or reaches 0 in logarithms.
  var searchDimension: SearchDimension? {
    switch domain {
    case .values(let values, let probabilities):
      return .choice(probabilities ?? Array(repeating: 1 / Double(values.count), count: values.count))
    case .distribution(let distribution):
      guard let bounds = distribution.bounds else { return nil }
      switch distribution.law {
      case .integers, .uniform: return .number(bounds, step: distribution.step, isLogarithmic: false)
      case .logarithmic:
        guard bounds.lowerBound - (distribution.step ?? 0) / 2 > 0 else { return nil }
        return .number(bounds, step: distribution.step, isLogarithmic: true)
      case .beta, .normal, .logNormal: return nil
      }
    }
  }

  /// A coordinate of a search's point as a value.
  func value(at coordinate: Double) -> Value {
    switch domain {
    case .values(let values, _): values[Int(coordinate)]
    case .distribution(let distribution): value(distribution.rounded(coordinate))
    }
  }

  /// Where a value lies in a search; nil where it is none of the axis's.
  func coordinate(of value: Value) -> Double? {
    switch domain {
    case .values(let values, _):
      return values.firstIndex { $0.setsTheSame(as: value) }.map(Double.init)
    case .distribution(let distribution):
      guard let number = value.settings[name]?.value.number else { return nil }
      guard let bounds = distribution.bounds else { return number }
      return bounds.contains(number) ? number : nil
    }
  }

  /// The value that came to these settings, resolved as a run has them; nil where it is none of the axis's.
  /// - Parameter base: what a value leaves out is filled in from.
  func value(resolved settings: Parameters, over base: Parameters) -> Value? {
    switch domain {
    case .values(let values, _):
      return values.filter { value in
        settings.allSatisfy { path, setting in
          // What is neither set nor in the file followed from other settings, whichever those were.
          guard let wanted = value.settings[path]?.value ?? base[path] else { return true }
          return wanted == setting
        }
      }.max { $0.settings.count < $1.settings.count }
    case .distribution:
      guard let number = settings[name]?.number else { return nil }
      let value = value(number)
      return coordinate(of: value) == nil ? nil : value
    }
  }
}
