import Experiments
import Foundation
import Testing

@testable import Launching

struct WeightsDigestTests {
  let folder = FileManager.default.temporaryDirectory.appending(path: "darkroom-\(UUID().uuidString)")

  func write(_ text: String, _ name: String) throws {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  @Test func `the digest follows the weights, wherever the folder lies`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write("abc", "a/unet/diffusion_pytorch_model.safetensors")
    try write("{}", "a/unet/config.json")
    func digest(_ name: String) throws -> String { try WeightsDigest.of(folder.appending(path: name).path) }
    let first = try digest("a")
    // printf '40 unet/diffusion_pytorch_model.safetensors 3 abc' | sha256sum
    #expect(first == "72920cf8dde524c5ce6359d89e466e266d96227830ba70cd48de65508575199a")
    try FileManager.default.moveItem(at: folder.appending(path: "a"), to: folder.appending(path: "b"))
    #expect(try digest("b") == first)
    try write("{\"x\": 1}", "b/unet/config.json")
    #expect(try digest("b") == first)
    try write("label", "b/label/model.safetensors")
    let labelled = try digest("b")
    #expect(labelled != first)
    try write("abd", "b/unet/diffusion_pytorch_model.safetensors")
    #expect(try ![first, labelled].contains(digest("b")))
  }

  @Test func `a folder without safetensors is refused, and told what to do with a .bin`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write("label", "label/model.safetensors")
    let none = #expect(throws: InputError.self) { try WeightsDigest.of(folder.path) }
    #expect(none?.message == "model.from: the folder \(folder.path) holds no .safetensors file")
    try write("pickle", "unet/diffusion_pytorch_model.bin")
    let pickled = #expect(throws: InputError.self) { try WeightsDigest.of(folder.path) }
    #expect(pickled?.message.contains("unet/diffusion_pytorch_model.bin holds Python objects") == true)
    #expect(pickled?.message.contains("safe_serialization=True") == true)
  }
}
