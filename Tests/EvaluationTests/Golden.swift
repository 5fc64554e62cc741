import Foundation
import Torch

func golden(_ name: String) -> URL {
  Bundle.module.resourceURL?.appendingPathComponent("Goldens/\(name)") ?? URL(fileURLWithPath: name)
}

func decodeGolden<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  return try decoder.decode(type, from: Data(contentsOf: golden(name)))
}

func matrix(_ rows: [[Double]]) -> Tensor { Tensor(rows.flatMap(\.self), shape: [rows.count, rows[0].count]) }

/// uint8, [n, 4, 4, 3].
func smallPictures(_ levels: [UInt8]) -> Tensor { Tensor(levels, shape: [levels.count / 48, 4, 4, 3]) }
