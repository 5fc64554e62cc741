import Foundation
import Testing

@testable import Datasets
@testable import Experiments

@Suite struct ImageFolderTests {
  static let tree = [
    "mon/a.png": plain(1), "mon/deep/er/b.PNG": plain(2), "spell/c.png": plain(3), "spell/notes.txt": [1],
    "top.png": plain(4), "spell/.hidden.png": [0],
  ]

  private func message(_ folder: URL, _ change: (inout DataConfiguration) -> Void = { _ in }) -> String {
    let configuration = settings(.images) {
      $0.path = folder.path
      change(&$0)
    }
    do {
      _ = try Dataset.prepare(configuration)
      return "nothing was thrown"
    } catch { return "\(error)".replacing(folder.path, with: "FOLDER") }
  }

  @Test func `classes are the folders of the first level`() throws {
    try withFolder(Self.tree) { root in
      let folder = try ImageFolder(settings(.images) { $0.path = root.path })
      #expect(folder.classNames == ["mon", "spell"])
      #expect(folder.files.map(\.path) == ["mon/a.png", "mon/deep/er/b.PNG", "spell/c.png"])
      #expect(folder.files.map(\.label) == [0, 0, 1])
    }
  }

  @Test func `classes by pattern take what they match, the first one first`() throws {
    try withFolder(Self.tree) { root in
      let folder = try ImageFolder(
        settings(.images) {
          $0.path = root.path
          $0.classes = [.init(name: "b", patterns: ["**/b.*"]), .init(name: "rest", patterns: ["mon/**", "t?p.png"])]
        })
      #expect(
        folder.files.map { "\($0.path) \(folder.classNames[$0.label])" } == [
          "mon/a.png rest", "mon/deep/er/b.PNG b", "top.png rest",
        ])
    }
  }

  @Test(arguments: [
    ("mon/**", "mon/a.png", true), ("mon/**", "mon/x/y/a.png", true), ("mon/**", "monster/a.png", false),
    ("mon/*", "mon/a.png", true), ("mon/*", "mon/x/a.png", false), ("**", "a.png", true),
    ("**/spells/**", "gui/spells/a.png", true), ("**/spells/**", "spells/a.png", true), ("a?.png", "ab.png", true),
    ("a?.png", "a.png", false), ("a*.png", "a.png", true), ("./mon/**", "mon/a.png", true), ("mon", "mon/a.png", false),
  ])
  func `patterns match levels`(pattern: String, path: String, matches: Bool) {
    #expect(PathPattern(pattern).matches(path) == matches)
  }

  @Test func `mistakes are told with the nearest right thing`() throws {
    try withFolder(Self.tree) { root in
      let wrong = root.appendingPathComponent("spel")
      #expect(
        message(root) { $0.path = wrong.path }
          == "data.path: there is no folder 'FOLDER/spel'. Did you mean 'FOLDER/spell'?")
      #expect(
        message(root) { $0.path = root.appendingPathComponent("top.png").path }
          == "data.path: 'FOLDER/top.png' is no folder that can be read")
      #expect(
        message(root) { $0.classes = [.init(name: "monster", patterns: ["mn/**"])] }
          == "data.classes.monster: no file matches 'mn/**'. Did you mean 'mon/**'?")
      #expect(
        message(root) {
          $0.classes = [.init(name: "all", patterns: ["**"]), .init(name: "monster", patterns: ["mon/**"])]
        } == "data.classes.monster: the classes before it take all 2 files that match 'mon/**'")
      #expect(
        message(root) { $0.split = .init(train: 0.8, validation: 0.1, test: 0.1) }
          == "data.split.validation: 0.1 of 3 pictures (3 of them different) leaves none")
    }
    try withFolder(["a.txt": [1]]) { root in
      #expect(message(root) == "data.path: no PNG or JPEG file is in the folder 'FOLDER'")
    }
  }

  @Test func `broken pictures are all named, and refused or skipped`() throws {
    var tree = Self.tree
    for number in 0..<20 { tree["mon/good\(number).png"] = plain(UInt8(number), 9) }
    tree["mon/empty.png"] = []
    tree["spell/text.jpg"] = Array("not a picture".utf8)
    try withFolder(tree) { root in
      #expect(
        message(root) == """
          data.path: 2 pictures cannot be decoded ('data.broken: skip' leaves them out): mon/empty.png: the file is \
          empty; spell/text.jpg: neither a PNG nor a JPEG file
          """)
      let dataset = try Dataset.prepare(
        settings(.images) {
          $0.path = root.path
          $0.broken = .skip
        })
      #expect(dataset.broken.map(\.name) == ["mon/empty.png", "spell/text.jpg"])
      #expect(dataset.count == 23)
    }
  }

  @Test func `the source digest follows names and bytes of the files that belong to classes`() throws {
    func digest(_ tree: [String: [UInt8]]) throws -> String {
      try withFolder(tree) { root in try Dataset.sourceDigest(settings(.images) { $0.path = root.path }) }
    }
    let original = try digest(Self.tree)
    #expect(original.count == 64)
    #expect(try digest(Self.tree) == original)
    #expect(try digest(Self.tree.merging(["mon/a.png": plain(9)]) { $1 }) != original)
    var renamed = Self.tree
    renamed["mon/b.png"] = renamed.removeValue(forKey: "mon/a.png")
    #expect(try digest(renamed) != original)
    #expect(try digest(Self.tree.merging(["mon/z.png": plain(1)]) { $1 }) != original)
    #expect(try digest(Self.tree.merging(["top.png": plain(9)]) { $1 }) == original)
  }

  @Test func `alpha is composited on the background before resizing`() throws {
    try withFolder(["a/x.png": Goldens.bytes("rgba8.png"), "a/y.png": plain(1), "a/z.png": plain(2)]) { root in
      let dataset = try Dataset.prepare(
        settings(.images) {
          $0.path = root.path
          $0.size = 1
          $0.background = [200, 100, 50]
          $0.split = .init(train: 0.34, validation: 0.33, test: 0.33)
        })
      let expected = try Goldens.picture("rgba8")
      for channel in 0..<3 {
        let values = stride(from: channel, to: expected.pixels.count, by: 3).map { Double(expected.pixels[$0]) }
        #expect(abs(values.reduce(0, +) / Double(values.count) - Double(dataset.pixels[channel])) <= 0.501)
      }
    }
  }

  /// Where the real pictures are, beside the checkout; nil where they are not.
  static let crawlTiles: URL? = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let places = ["../shared/data/crawl-tiles", "../../shared/data/crawl-tiles"]
    return places.map { package.appendingPathComponent($0).standardizedFileURL }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }()

  @Test(.enabled(if: crawlTiles != nil, "../shared/data/crawl-tiles is not beside this checkout"))
  func `the crawl tiles decode, all of them`() throws {
    let dataset = try Dataset.prepare(
      settings(.images) {
        $0.path = Self.crawlTiles?.path
        $0.classes = [
          .init(name: "monster", patterns: ["mon/**"]), .init(name: "hero", patterns: ["player/base/**"]),
          .init(name: "food", patterns: ["item/food/**", "item/potion/**"]),
          .init(name: "spell", patterns: ["gui/spells/**", "effect/**"]),
        ]
      })
    #expect(dataset.classCounts() == [772, 105, 75, 363])
  }
}
