import Experiments

extension Dataset {
  /// The pictures that are not bad, and those that are.
  static func filter(
    _ found: LabelledPictures, _ filter: DataConfiguration.Filter
  ) throws -> (kept: LabelledPictures, rejected: LabelledPictures) {
    guard filter.whitePixels != nil || filter.whiteCorners else { return (found, found.selecting([])) }
    let isBad = found.labels.indices.map { Self.isBad(found.picture($0), size: found.size, filter) }
    let kept = found.selecting(isBad.indices.filter { !isBad[$0] })
    let rejected = found.selecting(isBad.indices.filter { isBad[$0] })
    let setting = filter.whitePixels == nil ? "data.filter.white_corners" : "data.filter.white_pixels"
    for (label, name) in found.classNames.enumerated() where !kept.labels.contains(label) {
      let count = rejected.labels.count { $0 == label }
      if count > 0 {
        throw InputError("\(setting): the filter takes out every picture of class '\(name)' (\(count) of them)")
      }
    }
    return (kept, rejected)
  }

  static func isBad(_ picture: ArraySlice<UInt8>, size: Int, _ filter: DataConfiguration.Filter) -> Bool {
    func isWhite(_ pixel: Int) -> Bool {
      let red = picture.startIndex + 3 * pixel
      return picture[red] == 255 && picture[red + 1] == 255 && picture[red + 2] == 255
    }
    let last = size * size - 1
    if filter.whiteCorners, ![0, size - 1, last - size + 1, last].allSatisfy(isWhite) { return true }
    guard let least = filter.whitePixels else { return false }
    return (0...last).count(where: isWhite) < least
  }
}
