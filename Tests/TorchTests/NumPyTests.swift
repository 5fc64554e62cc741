import Foundation
import Testing
import Torch

final class NumPyTests {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  @Test func `NumPy's own files are read`() throws {
    let a = try NumPy.read(golden("float32.npy"))
    #expect(a.shape == [2, 3, 4] && a.dtype == .float32)
    #expect(a.values() == (0..<24).map { Float($0) / 7 })
    let b = try NumPy.read(golden("float64-fortran.npy"))
    #expect(b.shape == [3, 5])
    #expect(b.values(as: Double.self) == (0..<15).map { Double($0) / 3 })
    #expect(try NumPy.read(golden("uint8.npy")).values(as: UInt8.self) == [0, 1, 2, 3, 4])
    let scalar = try NumPy.read(golden("int64-scalar.npy"))
    #expect(scalar.shape == [] && scalar.item() == -7)
  }

  @Test func `what is written is, byte for byte, what NumPy writes`() throws {
    for name in ["float32.npy", "uint8.npy", "int64-scalar.npy"] {
      let url = folder.appendingPathComponent(name)
      try NumPy.write(NumPy.read(golden(name)), to: url)
      #expect(try Data(contentsOf: url) == Data(contentsOf: golden(name)), "\(name)")
    }
  }

  @Test func `a file cut short anywhere, or with bytes left over, is refused`() throws {
    let whole = try Data(contentsOf: golden("float32.npy"))
    let url = folder.appendingPathComponent("cut.npy")
    for length in stride(from: 0, to: whole.count, by: 3) {
      try whole.prefix(length).write(to: url)
      #expect(throws: FormatError.self, "\(length) bytes") { try NumPy.read(url) }
    }
    try (whole + [0]).write(to: url)
    #expect(throws: FormatError.self) { try NumPy.read(url) }
  }

  @Test func `elements of a type unknown here are refused by its name`() {
    let error = #expect(throws: FormatError.self) { try NumPy.read(golden("big-endian.npy")) }
    #expect(error?.reason.contains("'>f4'") == true)
  }
}
