import Crypto

extension Dataset {
  static func digest(of pictures: LabelledPictures, split: Split) -> String {
    var hash = SHA256()
    func add(_ numbers: [Int]) {
      ([numbers.count] + numbers).map { UInt64($0).littleEndian }.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }
    add([pictures.size])
    add(pictures.classNames.map(\.utf8.count))
    for name in pictures.classNames { hash.update(data: Array(name.utf8)) }
    add(pictures.labels)
    pictures.pixels.withUnsafeBytes { hash.update(bufferPointer: $0) }
    for part in [split.train, split.validation, split.test] { add(part) }
    return hash.finalize().hex
  }
}

extension Sequence<UInt8> {
  /// Two lower-case hexadecimal digits a byte.
  var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
