/// Red, green and blue in 0…1.
struct Color: Equatable {
  var red: Double
  var green: Double
  var blue: Double

  init(_ red: Double, _ green: Double, _ blue: Double) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// - Parameter hue: in turns: 0 red, ⅓ green, ⅔ blue; whole turns don't matter.
  init(hue: Double, saturation: Double, value: Double) {
    func channel(_ turn: Double) -> Double {
      let position = (hue + turn - (hue + turn).rounded(.down)) * 6
      return value * (1 - saturation * min(max(min(position, 4 - position), 0), 1))
    }
    self.init(channel(5 / 6.0), channel(3 / 6.0), channel(1 / 6.0))
  }

  /// Towards black below 1, towards white above it.
  func lit(_ factor: Double) -> Color {
    factor <= 1
      ? Color(red * factor, green * factor, blue * factor)
      : mixed(with: Color(1, 1, 1), factor - 1)
  }

  func mixed(with other: Color, _ share: Double) -> Color {
    Color(
      red + (other.red - red) * share, green + (other.green - green) * share, blue + (other.blue - blue) * share)
  }

  var bytes: [UInt8] { [red, green, blue].map { UInt8((min(max($0, 0), 1) * 255).rounded()) } }
}
