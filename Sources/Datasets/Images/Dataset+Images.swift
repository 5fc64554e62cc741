import Experiments
import Foundation

extension Dataset {
  /// Decodes a folder's files, composites alpha on the background at full size, and resizes.
  static func images(
    _ configuration: DataConfiguration, progress: (_ done: Int, _ count: Int) -> Void
  ) throws -> LabelledPictures {
    let folder = try ImageFolder(configuration)
    let background = configuration.background.map { UInt8(clamping: $0) }
    var pictures = LabelledPictures(size: configuration.size, classNames: folder.classNames)
    pictures.pixels.reserveCapacity(folder.files.count * pictures.bytesPerPicture)
    for file in folder.files {
      do {
        let picture = try decode(Array(folder.read(file))).composited(on: background)
        pictures.pixels += picture.resized(width: configuration.size, height: configuration.size).pixels
        pictures.labels.append(file.label)
      } catch let error as DecodingError {
        pictures.broken.append(BrokenPicture(name: file.path, reason: error.reason))
      } catch let error as InputError {
        pictures.broken.append(BrokenPicture(name: file.path, reason: error.message))
      }
      progress(pictures.labels.count + pictures.broken.count, folder.files.count)
    }
    if !pictures.broken.isEmpty, configuration.broken == .refuse { throw refusal(pictures.broken) }
    for (label, name) in folder.classNames.enumerated() where !pictures.labels.contains(label) {
      throw InputError("data.classes.\(name): every file is broken; \(list(pictures.broken))")
    }
    return pictures
  }

  /// By the file's first bytes, whatever its ending says.
  static func decode(_ bytes: [UInt8]) throws(DecodingError) -> RGBAPicture {
    if bytes.isEmpty { throw DecodingError("the file is empty") }
    if bytes.starts(with: [0x89, 0x50]) { return try RGBAPicture(png: bytes) }
    if bytes.starts(with: [0xFF, 0xD8]) { return try RGBAPicture(jpeg: bytes) }
    throw DecodingError("neither a PNG nor a JPEG file")
  }

  private static func refusal(_ broken: [BrokenPicture]) -> InputError {
    let few = broken.count == 1 ? "1 picture cannot be decoded" : "\(broken.count) pictures cannot be decoded"
    return InputError("data.path: \(few) ('data.broken: skip' leaves them out): \(list(broken))")
  }

  private static func list(_ broken: [BrokenPicture]) -> String {
    broken.map(\.description).joined(separator: "; ")
  }
}
