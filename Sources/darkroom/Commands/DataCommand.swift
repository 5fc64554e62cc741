import ArgumentParser
import Datasets
import Experiments
import Files
import Foundation
import Reports

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Look at the data before anything is trained on them.",
    discussion: """
      Says what the file's pictures come to: classes before and after the filter, copies, the split, how often each \
      class is drawn, colours. Contact sheets of kept and of rejected pictures, of copies, and histograms are written \
      as PNG into a folder.

      With --noise, what noise leaves of a few pictures, from the first timestep to the last.

        darkroom data experiments/quickstart.yaml
        darkroom data experiments/quickstart.yaml -S data.near_duplicates=4
        darkroom data experiments/quickstart.yaml --noise
      """)

  @OptionGroup var experiment: ExperimentOptions

  @Flag(help: "Show the forward process instead: pictures at timesteps 0 … T − 1.")
  var noise = false

  @Option(
    help: ArgumentHelp(
      "The folder for pictures. (default: the experiment's name with -data, here)", valueName: "folder"),
    completion: .directory)
  var out: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let experiment = try experiment.load()
    let examined = try ExaminedData.all(of: experiment)
    let folder = out ?? "\(experiment.name)-data"
    if noise {
      try output.write(NoiseReport(ForwardProcess.listings(of: examined, writingInto: folder)).text)
      return
    }
    let pages = try examined.map { data in
      DataPage(
        name: data.name, data.dataset, configurations: data.configurations.map(\.data),
        files: try write(ContactSheets(data.dataset).sheets, into: data.folder(in: folder)))
    }
    try output.write(DataReport(pages).text)
  }

  private func write(_ sheets: [ContactSheets.Sheet], into folder: String) throws -> [DataPage.File] {
    try makeFolder(folder)
    return try sheets.map { sheet in
      let path = "\(folder)/\(sheet.fileName)"
      try DurableFile.write(Data(sheet.picture.png()), to: URL(filePath: path))
      return DataPage.File(path: path, content: sheet.content)
    }
  }
}
