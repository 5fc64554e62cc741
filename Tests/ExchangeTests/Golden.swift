import Foundation

/// A file that `scripts/golden-trackers.py` had other programs make.
func golden(_ name: String) throws -> Data {
  guard let folder = Bundle.module.url(forResource: "Goldens", withExtension: nil) else {
    throw CocoaError(.fileNoSuchFile)
  }
  return try Data(contentsOf: folder.appending(path: name))
}
