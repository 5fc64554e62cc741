extension Sprite {
  /// A creature seen from the front: one of some body plans, in its own colours.
  static func monster(_ dice: inout Dice) -> Sprite {
    let plan = dice.below(MonsterParts.bodies.count)
    var stencil = Stencil(MonsterParts.bodies[plan])
    if dice.chance(0.3), MonsterParts.bald.contains(plan) {
      let horns = Stencil(dice.pick(MonsterParts.crests))
      let body = stencil
      stencil = horns
      stencil.lay(body)
    }
    for _ in 0..<dice.below(5) {
      let (row, column) = (dice.below(Sprite.size), dice.below(Sprite.size / 2))
      let spot = Character("D").asciiValue ?? 0
      for column in [column, Sprite.size - 1 - column] where stencil[row, column] == Character("C").asciiValue {
        stencil[row, column] = spot
      }
    }
    let hue = MonsterParts.hues[plan].map { $0 + dice.number(-0.06, 0.06) } ?? dice.number(0, 1)
    let saturation = MonsterParts.pale.contains(plan) ? dice.number(0.03, 0.2) : dice.number(0.45, 0.85)
    let value = MonsterParts.pale.contains(plan) ? dice.number(0.82, 0.95) : dice.number(0.5, 0.92)
    let body = Color(hue: hue, saturation: saturation, value: value)
    let eye = dice.pick([
      Color(0.08, 0.06, 0.10), Color(0.75, 0.08, 0.08), Color(0.10, 0.10, 0.10), Color(0.10, 0.25, 0.60),
    ])
    let palette: [Character: Color] = [
      "C": body, "D": body.lit(0.62), "A": body.lit(1.45), "E": eye, "W": Color(0.97, 0.97, 0.93),
      "K": Color(0.10, 0.07, 0.12), "I": Color(0.93, 0.89, 0.76),
      "R": Color(hue: hue + dice.pick([0.4, 0.5, 0.6]), saturation: 0.8, value: 0.9),
      "Y": Color(hue: dice.pick([0.0, 0.13, 0.15, 0.35]), saturation: 0.85, value: 0.98),
    ]
    return Painting(palette: palette, flat: ["E", "W", "K", "Y"]).sprite(of: stencil)
  }
}

/// Left halves of creatures: C body, D its dark and A its light parts, E pupils, W white of eyes and teeth, K black,
/// I ivory, R a second colour, Y shining eyes.
private enum MonsterParts {
  static let bodies = [
    // 0: a slime.
    """
    ........
    ........
    ........
    .......C
    .....CCC
    ....CACC
    ...CACCC
    ..CACWWC
    ..CCCWEC
    .CCCCCCC
    .CCCCCDK
    .CCCCCCD
    .CCCCCCC
    ..CCCCCC
    """,
    // 1: a ghost.
    """
    ........
    ......CC
    ....CCCC
    ...CCCCC
    ...CCCCC
    ..CCCEEC
    ..CCCEEC
    ..CCCEEC
    .CCCCCCC
    .CCCCCCK
    ..CCCCCK
    ..CCCCCC
    ..CCCCCC
    ..CC.CCC
    ..C...CC
    """,
    // 2: a spider.
    """
    ........
    ........
    ..C.....
    .C..C...
    .C.C..CC
    .C.C.CCC
    ..C.CCCC
    .CCCCYCY
    ...CCCCC
    .CCCCDCC
    .C..CCDD
    .C.C.CCC
    C..C..WC
    ..C.....
    ..C.....
    """,
    // 3: a bat.
    """
    ........
    ........
    ........
    C....C..
    CC...CC.
    CDC..CCC
    CDDC.CCC
    CDDCCCYC
    CDDDCCCC
    CDCDCCCW
    CC.C.CCC
    C.....CC
    .......C
    """,
    // 4: a skull.
    """
    ........
    .....CCC
    ...CCCCC
    ..CCCCCC
    ..CCCCCC
    ..CKKKCC
    ..CKYKCC
    ..CKKKCC
    ..CCCCCK
    ...CCCCK
    ....CCCC
    ....CKCK
    ....CKCK
    ....CCCC
    """,
    // 5: an eye that floats.
    """
    .......C
    ...C..CC
    ...CC.CC
    ....CCCC
    ...CCCCC
    ..CCCWWW
    ..CCWWRR
    ..CWWRRK
    ..CWWRRK
    ..CCWWRR
    ..CCCWWW
    ...CCCCC
    ....CCCC
    ...C.CC.
    ...C..C.
    """,
    // 6: a devil.
    """
    ........
    ..I.....
    ..II....
    ...ICCCC
    ....CCCC
    ....CYYC
    ....CCYC
    .D..CCCC
    DDD.CWKK
    DDDDCCCC
    .DDCCCCC
    ..CCDCAA
    ..C..CAA
    .....CCC
    ....CC..
    ....DD..
    """,
    // 7: an octopus.
    """
    ........
    .....CCC
    ....CCCC
    ...CCACC
    ...CCCCC
    ...CWWCC
    ...CWECC
    ...CCCCC
    ...CCCCD
    ..CCCCCC
    .CC.CC.C
    .C.CC.CC
    CC.C..C.
    ...C.CC.
    ..CC.C..
    """,
    // 8: a beetle.
    """
    ........
    ....D...
    .....D..
    .....DDD
    .D..DYDD
    ..D.DDDD
    ..DCCCCK
    ...CCCCK
    .DDCCACK
    ...CCACK
    ..DCCCCK
    .D.CCCCK
    ....CCCK
    ..D..CCK
    .D.....D
    """,
    // 9: a golem.
    """
    ........
    .....CCC
    .....CCC
    .....YYC
    .....CCC
    ..CCCDDD
    .CCCCCCC
    .CCCCCCC
    .CCDCCDC
    .CC.CCCD
    .CC.CCCC
    .CC.CCCC
    .DC.CCD.
    ....CCC.
    ....CCC.
    """,
    // 10: a goblin.
    """
    ........
    ........
    .....CCC
    .C..CCCC
    .CC.CCCC
    ..CCCWWC
    ...CCWEC
    ....CCCC
    ....CWKK
    .....CCC
    ....RRRR
    ...CRRRR
    ...CRRRR
    ....DDDD
    ....CC..
    ...CCC..
    """,
    // 11: a snake, coiled.
    """
    ........
    .....CCC
    ....CCCC
    ....CYCC
    ....CCCC
    .....CCC
    ......AA
    ......AA
    .....CAA
    ...CCCAA
    ..CCDCCC
    .CCCCCCD
    .CDCCCCC
    .CCCCDCC
    ..CCCCCC
    """,
    // 12: a plant that bites.
    """
    ........
    ...CCCCC
    ..CCCDCC
    .CCCCCCC
    .CCDCCCC
    .WKWKWKW
    .KKKKKKK
    .WKWKWKW
    .CCCCCCC
    ...CCCCC
    .......R
    ..RR...R
    .RRRR..R
    ...RRR.R
    .....RRR
    .......R
    """,
    // 13: a mummy of rags, or a zombie.
    """
    ........
    .....CCC
    ....CCCC
    ....DDDD
    ....CEEC
    ....CCCC
    ....DDDC
    .....CCC
    ..CCDDCC
    .CCCCCDD
    .CC.CCCC
    .DD.DDCC
    ....CCDD
    ....CCC.
    ....DDC.
    ....CCC.
    """,
    // 14: a crab.
    """
    ........
    ........
    ..CC....
    .CC.....
    .CC.CWW.
    .CCC.WE.
    ..CC..C.
    ...CCCCC
    ...CCCCC
    ..CCACCC
    ..CCCCCK
    .CCCCCCC
    .C.CCCCC
    C.CC.DD.
    ..C.CC..
    """,
  ]

  /// Body plans that may wear horns.
  static let bald: Set<Int> = [0, 1, 4, 7, 9, 10, 13]
  /// Body plans of pale colours.
  static let pale: Set<Int> = [1, 4, 13]
  /// Body plans whose colour is known, as hues in turns.
  static let hues: [Double?] = [
    nil, nil, nil, 0.75, 0.13, nil, 0.0, nil, nil, 0.09, 0.3, 0.33, 0.97, 0.12, 0.02,
  ]

  static let crests = [
    """
    ...I....
    ...II...
    ....II..
    ....III.
    .....II.
    """,
    """
    .......R
    .......R
    ......RR
    ......RR
    """,
    """
    ......I.
    .....II.
    .....II.
    ......I.
    """,
  ]
}
