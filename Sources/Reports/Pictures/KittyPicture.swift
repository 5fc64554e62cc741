import Datasets
import Foundation

/// A picture by kitty's graphics protocol: a PNG in base 64, in pieces of at most 4096 signs, shown at the cursor.
enum KittyPicture {
  /// - Parameter columns: how many of the terminal's it shall take; its height follows.
  static func text(_ picture: RGBPicture, columns: Int) -> String {
    let png = Picture(width: picture.width, height: picture.height, pixels: picture.bytes).png()
    let signs = Array(Data(png).base64EncodedString().utf8)
    var text = ""
    for start in stride(from: 0, to: signs.count, by: 4096) {
      let piece = String(decoding: signs[start..<min(start + 4096, signs.count)], as: UTF8.self)
      let more = start + 4096 < signs.count ? 1 : 0
      // q=2: the terminal keeps silent, since nobody reads what it would answer.
      text += "\u{1B}_G\(start == 0 ? "a=T,f=100,q=2,c=\(columns)," : "")m=\(more);\(piece)\u{1B}\\"
    }
    return text
  }
}
