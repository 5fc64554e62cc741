import Experiments
import Randomness

extension Dataset {
  /// Draws `count` sprites, class after class, in the proportions of the tutorial's data set.
  static func sprites(
    _ configuration: DataConfiguration, progress: (_ done: Int, _ count: Int) -> Void
  ) throws -> LabelledPictures {
    guard configuration.size > 0, configuration.size.isMultiple(of: Sprite.size) else {
      throw InputError(
        "data.size: sprites are drawn 16 pixels wide, and enlarged 2, 3, … times; \(configuration.size) is no multiple",
        suggestion: "\(max(1, (configuration.size + 8) / 16) * 16)")
    }
    var pictures = LabelledPictures(size: configuration.size, classNames: SpriteClass.allCases.map(\.rawValue))
    pictures.pixels.reserveCapacity(configuration.count * pictures.bytesPerPicture)
    for (label, (spriteClass, count)) in SpriteClass.allotment(of: configuration.count).enumerated() {
      for index in 0..<count {
        let sprite = Sprite.draw(
          spriteClass, index: index, seed: configuration.seed, bad: configuration.bad,
          duplicates: configuration.duplicates)
        pictures.pixels += sprite.resized(toMultiple: configuration.size / Sprite.size)
        pictures.labels.append(label)
        progress(pictures.labels.count, configuration.count)
      }
    }
    return pictures
  }
}
