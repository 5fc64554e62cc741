extension Sprite {
  /// A little person seen from the front.
  static func hero(_ dice: inout Dice) -> Sprite {
    var stencil = Stencil(HeroParts.head)
    stencil.lay(Stencil(dice.pick(HeroParts.bodies), top: 8))
    let headgear = dice.pick(HeroParts.headgear)
    if dice.chance(0.2) { stencil.lay(Stencil(HeroParts.beard, top: 6)) }
    stencil.lay(Stencil(headgear))
    if dice.chance(0.55) { stencil.lay(Stencil(dice.pick(HeroParts.right))) }
    if dice.chance(0.25) { stencil.lay(Stencil(dice.pick(HeroParts.left))) }
    if dice.chance(0.5) { stencil = stencil.flipped }
    return Painting(palette: Palettes.hero(&dice), flat: ["E"]).sprite(of: stencil)
  }
}

/// Drawings of heroes from the front; the letters are those of `Palettes.hero`.
private enum HeroParts {
  static let head = """
    ........
    ........
    .....SSS
    ....SSSS
    ....SSSS
    ....SSES
    ....SSES
    .....SSS
    """

  static let beard = """
    ....H...
    ....HHHH
    .....HHH
    """

  static let bodies = [
    """
    ....CCCC
    ...CCCCD
    ...SCCCD
    ....BBBB
    ....LLLL
    ....LLL.
    ....FFF.
    """,
    """
    ....CCCC
    ...CCCDD
    ...CCCDD
    ...SBBBB
    ....CCDD
    ...CCCDD
    ...CCCDD
    """,
    """
    ...MMMMM
    ...MMMMN
    ...NMMMN
    ...SBBBG
    ....MMMM
    ....MMN.
    ....NNN.
    """,
    """
    .....CCC
    ....CCCC
    ...SCCCC
    ...S.DDD
    ....CCCC
    ...CCCCC
    .....FF.
    """,
    """
    ....SSSS
    ...SSBSS
    ...SSSBS
    ...S.BBB
    ....LLLL
    ....SSS.
    ....FFF.
    """,
    """
    ....CCDD
    ...CCCDD
    ...DCCDD
    ...SCCDD
    ....LLLL
    ....LLL.
    ....FFF.
    """,
  ]

  static let headgear = [
    // Short hair.
    """
    ........
    .....HHH
    ....HHHH
    ....HHHH
    ....H...
    """,
    // Long hair.
    """
    ........
    .....HHH
    ....HHHH
    ...HHHHH
    ...HHH..
    ...HH...
    ...HH...
    ...HH...
    ...HH...
    ...H....
    """,
    // Spikes.
    """
    ....H..H
    ...HH.HH
    ...HHHHH
    ...HHHHH
    ....H.H.
    """,
    // A fringe.
    """
    ........
    .....HHH
    ....HHHH
    ...HHHHH
    ...HHHHH
    ...HH...
    ...HH...
    """,
    // A mohawk.
    """
    .......H
    .......H
    .......H
    .......H
    """,
    // Buns.
    """
    ...HH...
    ...HHHHH
    ....HHHH
    ....HHHH
    ....HH..
    """,
    // A helmet.
    """
    ........
    .....MMM
    ....MMMM
    ...MMMMM
    ...MNNNN
    ...M....
    ...M....
    """,
    // A helmet with horns.
    """
    .I......
    .II..MMM
    ..IIMMMM
    ...MMMMM
    ...GGGGG
    """,
    // A pointed hat.
    """
    .......T
    ......TT
    .....TTT
    ....DDDD
    ..TTTTTT
    """,
    // A hood.
    """
    .......C
    .....CCC
    ....CCCC
    ...CCCCC
    ...CCDDD
    ...CD...
    ...CC...
    ....C...
    """,
    // A crown.
    """
    ....G..G
    ....GG.G
    ....GGRG
    ....HHHH
    ...HH...
    ...HH...
    ...H....
    """,
    // A headband.
    """
    ........
    .....HHH
    ....HHHH
    ....TTTT
    ....H...
    """,
  ]

  /// What the right hand holds.
  static let right = [
    // A sword.
    """
    ................
    ................
    ................
    .............I..
    .............I..
    .............I..
    .............I..
    .............I..
    .............I..
    ............GGG.
    .............P..
    """,
    // A staff with an orb.
    """
    ................
    .............RR.
    .............RR.
    .............P..
    .............P..
    .............P..
    .............P..
    .............P..
    .............P..
    .............P..
    .............P..
    .............P..
    .............P..
    .............P..
    """,
    // An axe.
    """
    ................
    ................
    ................
    ................
    ............PII.
    ............PII.
    ............PIII
    ............PI..
    ............P...
    ............P...
    ............P...
    ............P...
    """,
    // A spear.
    """
    ................
    .............I..
    .............I..
    .............P..
    .............P..
    .............P..
    .............P..
    .............P..
    .............P..
    .............P..
    .............P..
    .............P..
    .............P..
    """,
  ]

  /// What the left hand holds.
  static let left = [
    // A shield.
    """
    ................
    ................
    ................
    ................
    ................
    ................
    ................
    ................
    .TTTTT..........
    .TTGTT..........
    .TGGGT..........
    .TTGTT..........
    ..TTT...........
    """,
    // A lantern.
    """
    ................
    ................
    ................
    ................
    ................
    ................
    ................
    ................
    ................
    ................
    ..P.............
    .GGG............
    .GRG............
    .GGG............
    """,
  ]
}
