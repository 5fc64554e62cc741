import Foundation

/// A file that a script of ours had another program write.
func golden(_ name: String) -> URL {
  Bundle.module.resourceURL?.appendingPathComponent("Goldens/\(name)") ?? URL(fileURLWithPath: name)
}
