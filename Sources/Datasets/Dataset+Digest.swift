import Crypto
import Files

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
    return hash.finalize().hexadecimal
  }
}
