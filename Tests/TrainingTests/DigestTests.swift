import Files
import Foundation
import Testing

struct DigestTests {
  /// The examples of FIPS 180-2, and of Python's hashlib a file of several pieces.
  @Test func `a file's digest is SHA-256 of its bytes`() throws {
    let examples = [
      (Data("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        Data(repeating: UInt8(ascii: "a"), count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
      (Data(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ]
    let long = Data((0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 15)) })
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: url) }
    for (data, sha256) in examples + [(long, "8d9e1dc33eb0cf5450075570f414e5ebe2541ab58eabfd0f12e4021342bd2574")] {
      try data.write(to: url)
      let digest = try FileDigest(of: url)
      #expect(digest.sha256 == sha256 && digest.bytes == data.count)
    }
    try FileManager.default.removeItem(at: url)
    let missing = #expect(throws: FileError.self) { try FileDigest(of: url) }
    #expect(missing?.isMissing == true)
  }
}
