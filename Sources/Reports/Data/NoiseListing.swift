public import Experiments
import Foundation

/// How a schedule takes the signal away, timestep by timestep.
public struct NoiseListing: Sendable {
  /// A last step with a greater signal-to-noise ratio is still far from noise: there the picture stands with a tenth of
  /// the noise's amplitude, which the network learns to rely on, and sampling, which begins with noise alone, lacks.
  /// The usual schedules of 1000 timesteps lie between 2e-9 (cosine) and 5e-3 (scaled-linear to .012).
  public static let greatestTerminalSNR = 0.01

  let name: String
  let diffusion: DiffusionConfiguration
  /// ᾱ_t, t = 0…T − 1.
  let alphasCumulative: [Double]
  /// Timesteps that a person is shown: the columns of the sheet.
  let shown: [Int]
  let file: String

  public init(
    name: String, _ diffusion: DiffusionConfiguration, alphasCumulative: [Double], shown: [Int], file: String
  ) {
    self.name = name
    self.diffusion = diffusion
    self.alphasCumulative = alphasCumulative
    self.shown = shown
    self.file = file
  }

  /// ᾱ/(1 − ᾱ) at the last timestep.
  var terminalSNR: Double { alphasCumulative.last.map(Self.ratio) ?? .nan }

  static func ratio(_ alpha: Double) -> Double { alpha / (1 - alpha) }

  var title: String {
    let schedule = diffusion.schedule
    var text = "\(schedule.rawValue) schedule of \(counted(diffusion.timesteps, "timestep"))"
    if schedule != .cosine { text += ", β \(diffusion.betaStart.readable)…\(diffusion.betaEnd.readable)" }
    return text + (diffusion.rescaleBetasZeroSNR ? ", rescaled to end in noise alone" : "")
  }

  var warning: String? {
    guard terminalSNR > Self.greatestTerminalSNR else { return nil }
    return "Warning: the last timestep is still far from noise: its signal-to-noise ratio is "
      + "\(terminalSNR.rounded(significant: 2)), above \(Self.greatestTerminalSNR.readable), while sampling begins with "
      + "noise alone. More diffusion.timesteps, a larger diffusion.beta_end or diffusion.rescale_betas_zero_snr lead on."
  }

  /// A row a timestep, of those that a person is shown.
  var table: Table {
    var table = Self.table(titles: ["timestep", "ᾱ", "√ᾱ", "√(1 − ᾱ)", "SNR", "log10 SNR"])
    for timestep in shown { table.append(cells(at: timestep)) }
    table.notes = ["In columns: \(file)."] + [warning].compactMap(\.self)
    return table
  }

  static let keys = ["timestep", "alpha_cumulative", "signal", "noise", "snr", "log10_snr"]

  static func table(titles: [String]) -> Table {
    Table(zip(keys, titles).map { .init($0, title: $1, alignment: .right) })
  }

  func cells(at timestep: Int) -> [Table.Cell] {
    let alpha = alphasCumulative[timestep]
    let snr = Self.ratio(alpha)
    func cell(_ value: Double, _ text: String) -> Table.Cell { .init(.double(value), text: text) }
    let (signal, noise) = (alpha.squareRoot(), (1 - alpha).squareRoot())
    return [
      .init(.int(timestep)), cell(alpha, alpha.rounded(significant: 4)), cell(signal, signal.fixed(decimals: 4)),
      cell(noise, noise.fixed(decimals: 4)), cell(snr, snr.rounded(significant: 4)),
      cell(log10(snr), log10(snr).fixed(decimals: 2)),
    ]
  }

  var json: Value {
    [
      "name": .string(name), "timesteps": .int(diffusion.timesteps), "schedule": .string(diffusion.schedule.rawValue),
      "terminal_alpha_cumulative": alphasCumulative.last.map(Value.double) ?? .null,
      "terminal_snr": .double(terminalSNR), "far_from_noise": .bool(warning != nil),
      "alphas_cumulative": .list(alphasCumulative.map(Value.double)), "shown": .list(shown.map(Value.int)),
      "file": .string(file),
    ]
  }
}

/// Schedules of an experiment, in every format they can be asked for in.
public struct NoiseReport: Sendable {
  private let listings: [NoiseListing]

  public init(_ listings: [NoiseListing]) { self.listings = listings }

  public func text(as format: Format, for terminal: Terminal) -> String {
    let style = Style(colours: terminal.colours)
    return switch format {
    case .table:
      listings.map { "\(style.bold($0.name)): \($0.title)\n\n\($0.table.text(for: terminal))" }.joined(separator: "\n")
    case .markdown: listings.map { "## \($0.name): \($0.title)\n\n\($0.table.markdown)" }.joined(separator: "\n")
    case .latex: listings.map { "% \($0.name): \($0.title)\n\($0.table.latex)" }.joined(separator: "\n")
    case .html:
      HTMLPage(
        title: "Schedules",
        body: listings.map { "<h2>\("\($0.name): \($0.title)".htmlEscaped)</h2>\n\($0.table.htmlFragment)" }.joined()
      ).text
    case .csv: everyTimestep.csv
    case .json: Value.list(listings.map(\.json)).jsonLines
    }
  }

  private var everyTimestep: Table {
    var table = Table((["data", "schedule"] + NoiseListing.keys).map { .init($0) })
    for listing in listings {
      for timestep in listing.alphasCumulative.indices {
        let cells = [Table.Cell(.string(listing.name)), Table.Cell(.string(listing.title))]
        table.append(cells + listing.cells(at: timestep))
      }
    }
    return table
  }
}
