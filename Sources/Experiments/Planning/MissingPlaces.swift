import Foundation

extension Schema {
  /// Settings that name files and folders.
  static let places = fields.filter(\.isPlace)
}

extension Field {
  /// What is wrong with `place`, a file or a folder as the field demands; nil where it is there.
  func missing(_ place: String) -> Fault? {
    let wantsFolder = if case .optional(.folder) = type { true } else { false }
    let wanted = wantsFolder ? "folder" : "file"
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
      return Fault(
        paths: [path], message: "the \(wanted) \(place) of \(path) does not exist",
        suggestion: nearestSibling(of: place))
    }
    guard isFolder.boolValue != wantsFolder else { return nil }
    return Fault(
      paths: [path], message: "\(path) \(place) is a \(wantsFolder ? "file, not a folder" : "folder, not a file")")
  }
}
