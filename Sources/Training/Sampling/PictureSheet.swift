import Datasets
import Diffusion
import Experiments
import Files
import Foundation
import Torch

/// Writes pictures in ±1, [n, 1 or 3, h, w], as one PNG, enlarged until a person can see them.
func writeSheet(_ pictures: Tensor, columns: Int?, to url: URL) throws {
  let (n, channels, height, width) = (
    pictures.extent(0), pictures.extent(1), pictures.extent(2), pictures.extent(3)
  )
  guard channels == 1 || channels == 3 else {
    throw InputError("pictures of \(channels) channels can't be written as PNG; use --out with .npy")
  }
  let bytes = pictures.expanded([n, 3, height, width]).pictureBytes()
  let size = height * width * 3
  let cells = (0..<n).map { Picture(width: width, height: height, pixels: Array(bytes[$0 * size..<($0 + 1) * size])) }
  let sheet = Picture.sheet(
    cells, columns: columns ?? max(1, Int(Double(n).squareRoot().rounded(.up))), margin: 2,
    scale: max(1, 64 / max(height, width)))
  try DurableFile.write(Data(sheet.png()), to: url)
}
