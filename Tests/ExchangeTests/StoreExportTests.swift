import Datasets
import Experiments
import Foundation
import RunStore
import Testing

@testable import Exchange

@Suite struct StoreExportTests {
  let tracked = try! TrackedStore()

  private func export(_ format: StoreExport.Format, overwriting: Bool = false) throws -> URL {
    let folder = tracked.folder.appending(path: "out", directoryHint: .isDirectory)
    try StoreExport(tracked.store.runs(sort: RunOrder("name")), of: tracked.store)
      .write(format, to: folder, overwriting: overwriting)
    return folder
  }

  @Test(arguments: StoreExport.Format.allCases)
  func `an earlier export goes only where that is asked for`(format: StoreExport.Format) throws {
    let folder = try export(format)
    let place = folder.path(percentEncoded: false)
    #expect(throws: InputError("an export is there already; --overwrite puts the new one in its place", file: place)) {
      try export(.csv)
    }
    try Data().write(to: folder.appending(path: "old"))
    _ = try export(.csv, overwriting: true)
    let files = try FileManager.default.contentsOfDirectory(atPath: place)
    #expect(files.contains("metrics.csv") && !files.contains("old"))
    let left = try FileManager.default.contentsOfDirectory(atPath: tracked.folder.path(percentEncoded: false))
    #expect(left.filter { $0.hasSuffix(".tmp") } == [])
  }

  @Test func `a folder of someone else's is never touched`() throws {
    let folder = tracked.folder.appending(path: "out", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data().write(to: folder.appending(path: "thesis.tex"))
    let message = InputError(
      "something else is there; name a folder that isn't there yet", file: folder.path(percentEncoded: false))
    #expect(throws: message) { try export(.mlflow, overwriting: true) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)) == ["thesis.tex"])
  }

  @Test func `an export that fails leaves nothing, and the earlier one whole`() throws {
    let folder = try export(.csv)
    var gone = try #require(try tracked.store.runs().first)
    gone.id = "none"
    #expect(throws: InputError.self) {
      try StoreExport([gone], of: tracked.store).write(.mlflow, to: folder, overwriting: true)
    }
    #expect(FileManager.default.fileExists(atPath: folder.appending(path: "metrics.csv").path(percentEncoded: false)))
    let left = try FileManager.default.contentsOfDirectory(atPath: tracked.folder.path(percentEncoded: false))
    #expect(left.filter { $0.hasSuffix(".tmp") } == [])
  }

  @Test func `tables hold every parameter, point, event and tag`() throws {
    let folder = try export(.csv)
    func lines(_ name: String) throws -> [String] {
      try String(contentsOf: folder.appending(path: "\(name).csv"), encoding: .utf8)
        .components(separatedBy: "\r\n").dropLast()
    }
    let points = try lines("metrics")
    #expect(points.count == 1 + 2 * 2 * 5)
    #expect(points[0] == "run,metric,step,value,time")
    let values = points.filter { $0.hasPrefix("a00000000000,validation.l1,") }.map { $0.split(separator: ",")[3] }
    #expect(values == ["0.1", "NaN", "Infinity", "-Infinity", "0.3333333333333333"])
    #expect(try lines("parameters").contains("b00000000000,text,string,\"it's, \"\"so\"\"\""))
    #expect(try lines("parameters").contains("b00000000000,none,null,"))
    #expect(
      try lines("tags").dropFirst() == ["a00000000000,kind,\"first, \"\"try\"\"\"", "a00000000000,note,Looks sharp."])
    #expect(try lines("events").count == 3)
    #expect(try lines("events")[1].hasPrefix("a00000000000,2,warmup.frozen,\"{\"\"parameters\"\":448}\","))
    #expect(try lines("runs").count == 3)
    #expect(try lines("stages").count == 3)
  }

  @Test func `a grid's sheet has a column a class, its cells enlarged pixel by pixel`() throws {
    let grid = try #require(try tracked.store.grid(ofRun: "a00000000000", epoch: 4))
    let sheet = grid.sheet
    #expect(sheet.width == 2 + 2 * (64 + 2) && sheet.height == sheet.width)
    // The third cell, of level 2 · 40 + 4, stands below the first.
    let corner = 3 * ((2 + 64 + 2) * sheet.width + 2)
    #expect(sheet.pixels[corner] == 84 && sheet.pixels[corner - 3] == 255)
    #expect(try Picture(png: sheet.png()) == sheet)
  }
}
