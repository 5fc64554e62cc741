import Foundation
import Testing

@testable import Datasets
@testable import Experiments

@Suite struct SurveyTests {
  /// Twelve 4 × 4 pictures of noise in five classes.
  private func dataset(_ classNames: [String]? = nil) throws -> Dataset {
    let (pictures, labels) = (try Goldens.url("pictures-uint8.npy").path, try Goldens.url("labels-int64.npy").path)
    return try Dataset.prepare(
      settings(.npy) {
        ($0.pictures, $0.labels, $0.classNames, $0.size) = (pictures, labels, classNames, 4)
      })
  }

  /// The cell of a sheet of 4 × 4 pictures, enlarged 16 times with margins of 2, at its own size.
  private func cell(_ sheet: Picture, row: Int, column: Int) -> Picture {
    let pixels = (0..<16).flatMap { pixel in
      let start = sheet.offset(row: 2 + row * 66 + pixel / 4 * 16, column: 2 + column * 66 + pixel % 4 * 16)
      return sheet.pixels[start..<start + 3]
    }
    return Picture(width: 4, height: 4, pixels: pixels)
  }

  @Test func `histograms count every pixel, and means are theirs`() throws {
    let files = ["a/x.png": plain(10, 20, 30), "a/y.png": plain(110, 20, 31), "b/z.png": plain(255, 255, 255)]
    let dataset = try withFolder(files) { root in
      try Dataset.prepare(
        settings(.images) {
          $0.path = root.path
          $0.size = 4
          $0.split = .init(train: 0.34, validation: 0.33, test: 0.33)
        })
    }
    let statistics = ColourStatistics(dataset, of: [0, 1])
    #expect(statistics.pixelCount == 32)
    #expect(statistics.histogram(.red)[10] == 16 && statistics.histogram(.red)[110] == 16)
    #expect(statistics.histogram(.green)[20] == 32)
    #expect(statistics.mean(.red) == 60 && statistics.mean(.green) == 20 && statistics.mean(.blue) == 30.5)
    // 0.299 · 10 + 0.587 · 20 + 0.114 · 30 = 18.15, and with 110 and 31 it is 48.164.
    #expect(statistics.mean(.brightness) == 33)
    #expect(ColourStatistics(dataset, of: [2]).meanColour == (255, 255, 255))
  }

  @Test func `the forward process begins with the picture and ends in noise of the right spread`() throws {
    let dataset = try dataset()
    let sheet = ContactSheets(dataset).forwardProcess([1, 0.5, 0.5, 0])
    // A picture of each class.
    #expect(sheet.height == 2 + 5 * 66 && sheet.width == 2 + 4 * 66)
    var clipped = 0
    for row in 0..<5 {
      let index = try #require(dataset.labels.firstIndex(of: row))
      #expect(cell(sheet, row: row, column: 0) == dataset.picture(index))
      #expect(cell(sheet, row: row, column: 1) == cell(sheet, row: row, column: 2))
      // x = √½·(x_0 + ε), where it is not cut off, by what the last column says of ε.
      let (x0, half, noise) = (
        dataset.picture(index), cell(sheet, row: row, column: 1), cell(sheet, row: row, column: 3)
      )
      for value in x0.pixels.indices {
        let epsilon = Double(noise.pixels[value]) / 127.5 - 1
        if [0, 255].contains(noise.pixels[value]) { clipped += 1 }
        let x = 0.5.squareRoot() * (Double(x0.pixels[value]) / 127.5 - 1 + epsilon)
        guard ![0, 255].contains(noise.pixels[value]), abs(x) < 0.99 else { continue }
        #expect(abs(Double(half.pixels[value]) / 127.5 - 1 - x) < 0.01)
      }
    }
    // P(|ε| > 1) = .3173, less half a level; 240 values, four standard errors.
    #expect(abs(Double(clipped) / 240 - 0.317) < 4 * (0.317 * 0.683 / 240).squareRoot())
  }

  @Test func `sheets are named by class, without what a file's name can't hold`() throws {
    let names = ContactSheets(try dataset(["a/b", "a b", "Zürich", "3", "c"])).sheets.map(\.fileName)
    #expect(
      names == [
        "kept-a-b.png", "kept-a-b-1.png", "kept-Zürich.png", "kept-3.png", "kept-c.png", "histograms.png",
      ])
  }

  @Test func `a sheet leaves exact copies out and shows every other picture while there is room`() throws {
    let dataset = try Dataset.prepare(
      settings {
        $0.count = 200
        $0.duplicates = 0.5
      })
    let sheet = try #require(ContactSheets(dataset).sheets.first)
    let members = dataset.labels.indices.filter { dataset.labels[$0] == 0 }
    let different = Set(members.map { dataset.picture($0).pixels }).count
    #expect(different < members.count)
    #expect(sheet.content == "\(different) of \(members.count), exact copies left out")
  }
}
