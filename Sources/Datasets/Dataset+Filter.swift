import Experiments

extension Dataset {
  /// The pictures that are not bad, and how many of each class were.
  static func filter(
    _ found: LabelledPictures, _ filter: DataConfiguration.Filter
  ) throws -> (pictures: LabelledPictures, counts: [Int]) {
    guard filter.whitePixels != nil || filter.whiteCorners else {
      return (found, found.classNames.map { _ in 0 })
    }
    var counts = found.classNames.map { _ in 0 }
    var left = counts
    var good: [Int] = []
    for (index, label) in found.labels.enumerated() {
      if isBad(found.picture(index), size: found.size, filter) {
        counts[label] += 1
      } else {
        left[label] += 1
        good.append(index)
      }
    }
    for (label, name) in found.classNames.enumerated() where left[label] == 0 && counts[label] > 0 {
      throw InputError("data.filter takes out every picture of class '\(name)' (\(counts[label]) of them)")
    }
    return (found.selecting(good), counts)
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
