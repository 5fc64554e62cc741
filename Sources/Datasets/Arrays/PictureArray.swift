import Experiments
import Files
import Foundation

/// Pictures in a `.npy` array, [n, height, width, 3], channels last.
struct PictureArray {
  /// How an element stands for a level 0…255.
  enum Range {
    case levels
    case zeroToOne
    case minusOneToOne
  }

  let file: NumPyFile
  let count: Int
  let height: Int
  let width: Int
  let range: Range

  /// Looks at every element of floating-point pictures, to know their range.
  ///
  /// - Throws: `InputError` where the array holds no pictures, or pictures in another form; it begins with the setting.
  init(_ file: NumPyFile) throws(InputError) {
    func refuse(_ why: String) -> InputError { InputError("data.pictures: \(why)") }
    let shape = file.shape
    guard shape.count == 4, shape[3] == 3 else {
      let isChannelsFirst = shape.count == 4 && shape[1] == 3
      throw refuse(
        "the array's shape is \(shape.asTuple), and (n, height, width, 3) is needed"
          + (isChannelsFirst ? "; its channels come first, and np.transpose(a, (0, 2, 3, 1)) puts them last" : ""))
    }
    guard shape.allSatisfy({ $0 > 0 }) else { throw refuse("the array's shape is \(shape.asTuple): it is empty") }
    guard !file.isFortranOrder else {
      throw refuse("the array lies in Fortran's order; np.ascontiguousarray(a) puts its pictures one after another")
    }
    self.file = file
    (count, height, width) = (shape[0], shape[1], shape[2])
    switch file.element {
    case .uint8: range = .levels
    case .float16, .float32, .float64: range = try Self.range(of: file, count: count)
    default:
      throw refuse("its elements are of type '\(file.element.rawValue)'; pictures are uint8 (0…255) or floating-point")
    }
  }

  /// What had to be decided about the elements; nil where nothing had.
  var understood: String? {
    switch range {
    case .levels: nil
    case .zeroToOne: "data.pictures holds floating-point numbers in 0…1: 0 is taken as black, 1 as white"
    case .minusOneToOne: "data.pictures holds floating-point numbers in −1…1: −1 is taken as black, 1 as white"
    }
  }

  /// A picture as it is, floating-point values rounded to whole levels.
  func picture(_ index: Int) -> Picture {
    let bytes = height * width * 3
    let elements = index * bytes..<(index + 1) * bytes
    let pixels: [UInt8]
    if range == .levels {
      let start = file.bytes.startIndex
      pixels = Array(file.bytes[start + elements.lowerBound..<start + elements.upperBound])
    } else {
      pixels = file.numbers(elements).map(level)
    }
    return Picture(width: width, height: height, pixels: pixels)
  }

  private func level(_ value: Double) -> UInt8 {
    let share = range == .zeroToOne ? value : (value + 1) / 2
    return UInt8(min(max((share * 255).rounded(), 0), 255))
  }

  /// Beyond its ends no value of a range may lie, less what rounding does to one.
  private static let tolerance = 1e-6

  private static func range(of file: NumPyFile, count: Int) throws(InputError) -> Range {
    let size = file.count / count
    var (least, greatest) = (Double.infinity, -Double.infinity)
    for index in 0..<count {
      for value in file.numbers(index * size..<(index + 1) * size) {
        guard value.isFinite else {
          throw InputError("data.pictures: picture \(index), counted from 0, holds the value \(value)")
        }
        least = min(least, value)
        greatest = max(greatest, value)
      }
    }
    if least >= -tolerance, greatest <= 1 + tolerance { return .zeroToOne }
    if least >= -1 - tolerance, greatest <= 1 + tolerance { return .minusOneToOne }
    let advice = least >= 0 && greatest <= 255 ? "; levels 0…255 are saved as uint8: a.astype('uint8')" : ""
    throw InputError(
      "data.pictures: its floating-point numbers reach from \(least) to \(greatest), "
        + "and only 0…1 and −1…1 are understood\(advice)")
  }
}

extension [Int] {
  /// As Python writes a shape.
  var asTuple: String { "(" + map(String.init).joined(separator: ", ") + (count == 1 ? ",)" : ")") }
}
