/// Colours of people and their things.
enum Palettes {
  static let skins = [
    Color(1.0, 0.84, 0.70), Color(0.95, 0.75, 0.58), Color(0.85, 0.62, 0.43), Color(0.68, 0.46, 0.30),
    Color(0.48, 0.31, 0.20), Color(0.98, 0.78, 0.68),
  ]
  static let hairs = [
    Color(0.16, 0.12, 0.12), Color(0.35, 0.21, 0.12), Color(0.55, 0.33, 0.15), Color(0.93, 0.75, 0.28),
    Color(0.80, 0.33, 0.12), Color(0.72, 0.72, 0.76), Color(0.50, 0.20, 0.60), Color(0.15, 0.50, 0.65),
    Color(0.85, 0.35, 0.55),
  ]

  /// What a hero wears: S skin, E eye, H hair, C clothes, D their second colour, B belt, L legs, F feet, M and N metal,
  /// G gold, T hat or shield, R jewel, I ivory and steel, P wood.
  static func hero(_ dice: inout Dice) -> [Character: Color] {
    let hue = dice.number(0, 1)
    let other = hue + dice.pick([0.08, 0.33, 0.5, 0.62])
    func cloth(_ hue: Double, _ dice: inout Dice) -> Color {
      Color(hue: hue, saturation: dice.number(0.45, 0.9), value: dice.number(0.5, 0.95))
    }
    let metal = Color(hue: 0.6, saturation: dice.number(0, 0.2), value: dice.number(0.6, 0.8))
    return [
      "S": dice.pick(skins), "E": Color(0.08, 0.08, 0.16), "H": dice.pick(hairs).lit(dice.number(0.85, 1.1)),
      "C": cloth(hue, &dice), "D": cloth(other, &dice), "B": Color(0.40, 0.25, 0.12).lit(dice.number(0.7, 1.2)),
      "L": Color(hue: dice.number(0, 1), saturation: dice.number(0.1, 0.5), value: dice.number(0.3, 0.6)),
      "F": Color(0.36, 0.22, 0.12).lit(dice.number(0.6, 1.2)), "M": metal, "N": metal.lit(0.55),
      "G": Color(0.96, 0.78, 0.22), "T": cloth(dice.number(0, 1), &dice),
      "R": Color(hue: dice.number(0, 1), saturation: 0.85, value: 0.95), "I": Color(0.86, 0.88, 0.92),
      "P": Color(0.50, 0.32, 0.16),
    ]
  }
}
