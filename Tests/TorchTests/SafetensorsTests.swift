import Foundation
import Testing
import Torch

final class SafetensorsTests {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  @Test func `a file of Python's is read, every type of it`() throws {
    let file = try Safetensors(contentsOf: golden("mixed.safetensors"))
    #expect(file.metadata == ["format": "pt", "made by": "safetensors"])
    #expect(Set(file.tensors.keys) == ["weight", "half", "brain", "count", "bytes", "empty"])
    #expect(file.tensors["weight"]?.values() == (0..<6).map { Float($0) / 7 })
    #expect(file.tensors["weight"]?.shape == [2, 3])
    #expect(file.tensors["half"]?.values() == [0, 0.125, 0.25])
    #expect(file.tensors["brain"]?.values() == [1.5, -2.25, 3])
    #expect(file.tensors["brain"]?.dtype == .bfloat16)
    #expect(file.tensors["count"]?.shape == [])
    #expect(file.tensors["count"]?.item() == 12)
    #expect(file.tensors["bytes"]?.values(as: UInt8.self) == [0, 1, 2, 3, 4])
    #expect(file.tensors["empty"]?.shape == [0, 3])
  }

  @Test func `what is written is read again, bit for bit`() throws {
    let url = folder.appendingPathComponent("a.safetensors")
    let values: [Float] = [0, -0.0, .nan, .infinity, Float.leastNonzeroMagnitude, 3.4e38]
    try Safetensors(
      ["b.weight": Tensor(values, shape: [3, 2]), "a": Tensor([1, 2] as [Int64], shape: [2]), "é": .zeros([])],
      metadata: ["k": "v"]
    ).write(to: url)
    let back = try Safetensors(contentsOf: url)
    #expect(back.tensors["b.weight"]?.values().map(\.bitPattern) == values.map(\.bitPattern))
    #expect(back.tensors["a"]?.values(as: Int64.self) == [1, 2])
    #expect(back.tensors["é"]?.shape == [])
    #expect(back.metadata == ["k": "v"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.safetensors"])
  }

  @Test func `channels last in memory, row by row in the file`() throws {
    let url = folder.appendingPathComponent("a.safetensors")
    let x = Tensor((0..<24).map { Float($0) }, shape: [1, 2, 3, 4])
    try Safetensors(["x": x.channelsLast()]).write(to: url)
    #expect(try Safetensors(contentsOf: url).tensors["x"]?.values() == x.values())
  }

  @Test func `of a file's tensors those that are chosen are read, and all are checked`() throws {
    let url = golden("mixed.safetensors")
    let file = try Safetensors(contentsOf: url) { names in
      #expect(names == ["weight", "half", "brain", "count", "bytes", "empty"])
      return ["half", "bytes", "of another file"]
    }
    #expect(Set(file.tensors.keys) == ["half", "bytes"])
    #expect(file.tensors["half"]?.values() == [0, 0.125, 0.25])
    #expect(file.tensors["bytes"]?.values(as: UInt8.self) == [0, 1, 2, 3, 4])
    #expect(file.metadata == ["format": "pt", "made by": "safetensors"])
    let cut = folder.appendingPathComponent("cut.safetensors")
    try Data(contentsOf: url).dropLast().write(to: cut)
    #expect(throws: FormatError.self) { try Safetensors(contentsOf: cut) { _ in [] } }
  }

  @Test func `a file cut short anywhere is refused`() throws {
    let whole = try Data(contentsOf: golden("mixed.safetensors"))
    let url = folder.appendingPathComponent("cut.safetensors")
    for length in stride(from: 0, to: whole.count, by: 7) {
      try whole.prefix(length).write(to: url)
      #expect(throws: FormatError.self, "\(length) bytes") { try Safetensors(contentsOf: url) }
    }
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "needs 8 bytes"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "needs 4 bytes from 0 on"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      8, "tensor b"
    ),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "impossible shape"),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0, "impossible shape"),
    (#"{"a":{"dtype":"Q9","shape":[1],"data_offsets":[0,4]}}"#, 4, "type Q9"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5, "1 bytes that no tensor claims"),
    (#"{"a":17}"#, 0, "isn't the JSON"),
    (#"{"a":"#, 0, "isn't the JSON"),
  ])
  func `a header that lies is refused`(header: String, bytes: Int, reason: String) throws {
    let url = folder.appendingPathComponent("lie.safetensors")
    var data = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    data.append(contentsOf: header.utf8)
    data.append(Data(count: bytes))
    try data.write(to: url)
    let error = #expect(throws: FormatError.self) { try Safetensors(contentsOf: url) }
    #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
    #expect(error?.file == url.path)
  }

  @Test func `a header length beyond the file is refused`() throws {
    let url = folder.appendingPathComponent("long.safetensors")
    try Data([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7b]).write(to: url)
    #expect(throws: FormatError.self) { try Safetensors(contentsOf: url) }
  }

  @Test func `a file that is missing is named`() {
    let url = folder.appendingPathComponent("none.safetensors")
    #expect(throws: FormatError(file: url.path, reason: "doesn't exist")) { try Safetensors(contentsOf: url) }
  }
}
