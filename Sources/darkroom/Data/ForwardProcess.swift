import Datasets
import Experiments
import Files
import Foundation
import Reports

/// What noise makes of pictures, by the schedules of an experiment's runs.
enum ForwardProcess {
  private static let columns = 9

  /// A listing for each different schedule, its sheet written into `folder`; on the first of the experiment's data.
  static func listings(of examined: [ExaminedData], writingInto folder: String) throws -> [NoiseListing] {
    guard let data = examined.first else { return [] }
    var processes: [Configuration] = []
    for configuration in examined.flatMap(\.configurations)
    where !processes.contains(where: { isSame($0.diffusion, configuration.diffusion) }) {
      processes.append(configuration)
    }
    try makeFolder(folder)
    return try processes.enumerated().map { number, configuration in
      let alphas = try alphasCumulative(of: configuration)
      let shown = evenly(alphas.count)
      let sheet = ContactSheets(data.dataset).forwardProcess(shown.map { alphas[$0] })
      let path = "\(folder)/noise\(processes.count > 1 ? "-\(number + 1)" : "").png"
      try DurableFile.write(Data(sheet.png()), to: URL(filePath: path))
      return NoiseListing(
        name: data.name, configuration.diffusion, alphasCumulative: alphas, shown: shown, file: path)
    }
  }

  /// ᾱ_t for t = 0…T − 1, which only the trainer knows.
  private static func alphasCumulative(of configuration: Configuration) throws -> [Double] {
    let settings = configuration.parameters.filter { $0.key.hasPrefix("diffusion.") }
      .sorted { $0.key < $1.key }.map { Value.Entry($0.key, $0.value) }
    let answer = try askTrainer(arguments: ["schedule", Value.map(settings).json])
    guard case .list(let alphas) = answer else { throw InputError("the trainer's answer holds no schedule") }
    return alphas.compactMap(\.number)
  }

  private static func evenly(_ count: Int) -> [Int] {
    let columns = min(columns, count)
    return (0..<columns).map { columns == 1 ? 0 : ($0 * (count - 1) + (columns - 1) / 2) / (columns - 1) }
  }

  /// Whether noise is added in the same way, whatever is predicted.
  private static func isSame(_ a: DiffusionConfiguration, _ b: DiffusionConfiguration) -> Bool {
    var b = b
    b.prediction = a.prediction
    return a == b
  }
}

/// Makes a folder, and those above it, where there is none.
func makeFolder(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw InputError("the folder can't be made: \(error.localizedDescription)", file: path)
  }
}
