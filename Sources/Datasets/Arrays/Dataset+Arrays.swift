extension Dataset {
  /// The pictures of a pair of arrays, resized where their size is another.
  static func arrays(_ pair: ArrayPair, size: Int, progress: (_ done: Int, _ count: Int) -> Void) -> LabelledPictures {
    var found = LabelledPictures(
      size: size, classNames: pair.classNames, labels: pair.labels, understood: pair.pictures.understood)
    found.pixels.reserveCapacity(pair.pictures.count * found.bytesPerPicture)
    for index in 0..<pair.pictures.count {
      found.pixels += pair.pictures.picture(index).resized(width: size, height: size).pixels
      progress(index + 1, pair.pictures.count)
    }
    return found
  }
}
