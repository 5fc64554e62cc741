import Foundation

/// Which S of the T timesteps a sampler visits (Lin et al. 2024, table 2).
public enum TimestepSpacing: String, CaseIterable, Sendable {
  case leading, trailing, linspace

  /// Descending.
  /// - Parameters:
  ///   - steps: S, 1…T.
  ///   - offset: added to every timestep, with `leading` only.
  func timesteps(steps: Int, of T: Int, offset: Int) -> [Int] {
    precondition((1...T).contains(steps), "\(steps) steps of \(T) timesteps")
    switch self {
    case .leading:
      return (0..<steps).reversed().map { $0 * (T / steps) + offset }
    case .trailing:
      let ratio = Double(T) / Double(steps)
      return (0..<steps).map { Int((Double(T) - Double($0) * ratio).rounded(.toNearestOrEven)) - 1 }
    case .linspace:
      guard steps > 1 else { return [0] }
      let stride = Double(T - 1) / Double(steps - 1)
      return (0..<steps).reversed().map { Int((Double($0) * stride).rounded(.toNearestOrEven)) }
    }
  }
}
