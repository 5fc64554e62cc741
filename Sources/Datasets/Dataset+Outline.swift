public import Experiments

extension Dataset {
  /// What is known of the data before a picture is drawn or decoded.
  public struct Outline: Sendable {
    /// Before the filter, which may take some out.
    public let pictures: Int
    public let classNames: [String]
  }

  /// - Throws: `InputError` where a file or folder is missing, or a class has no file.
  public static func outline(_ configuration: DataConfiguration) throws -> Outline {
    switch configuration.source {
    case .sprites:
      return Outline(pictures: configuration.count, classNames: SpriteClass.allCases.map(\.rawValue))
    case .images:
      let folder = try ImageFolder(configuration)
      return Outline(pictures: folder.files.count, classNames: folder.classNames)
    case .npy:
      let arrays = try ArrayPair(configuration)
      return Outline(pictures: arrays.labels.count, classNames: arrays.classNames)
    }
  }
}
