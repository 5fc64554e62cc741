import Experiments
import Foundation

extension Record.Content {
  /// What `init(json:)` reads again.
  var json: Value {
    switch self {
    case .metric(let key, let step, let value):
      ["metric": .string(key), "step": .int(step), "value": .double(value)]
    case .event(let type, let epoch, let payload):
      ["event": .string(type), "epoch": .int(epoch), "payload": payload]
    case .gridCells(let cells, let epoch):
      ["cells": .list(cells.map(\.json)), "epoch": .int(epoch)]
    case .checkpoint(let checkpoint):
      ["checkpoint": checkpoint.json]
    case .checkpointGone(let state):
      ["checkpoint_gone": .string(state)]
    case .environment(let environment):
      ["environment": environment.value]
    }
  }

  /// Nil where the value is no record.
  init?(json value: Value) {
    if let key = value.text("metric"), let step = value.integer("step"), let number = value.double("value") {
      self = .metric(key: key, step: step, value: number)
    } else if let type = value.text("event"), let epoch = value.integer("epoch"), let payload = value["payload"] {
      self = .event(type: type, epoch: epoch, payload: payload)
    } else if case .list(let cells)? = value["cells"], let epoch = value.integer("epoch") {
      let read = cells.compactMap(GridCell.init(json:))
      guard read.count == cells.count else { return nil }
      self = .gridCells(read, epoch: epoch)
    } else if let checkpoint = value["checkpoint"].flatMap(Checkpoint.init(json:)) {
      self = .checkpoint(checkpoint)
    } else if let state = value.text("checkpoint_gone") {
      self = .checkpointGone(state: state)
    } else if let environment = value["environment"] {
      self = .environment(Parameters(value: environment))
    } else {
      return nil
    }
  }
}

extension GridCell {
  fileprivate var json: Value {
    [
      "index": .int(index), "noise_index": .int(noiseIndex), "label": .int(label), "label_name": .string(labelName),
      "size": .int(size), "rgb": .string(Data(rgb).base64EncodedString()),
    ]
  }

  fileprivate init?(json value: Value) {
    guard let index = value.integer("index"), let noiseIndex = value.integer("noise_index"),
      let label = value.integer("label"), let labelName = value.text("label_name"), let size = value.integer("size"),
      let rgb = value.text("rgb").flatMap({ Data(base64Encoded: $0) }), rgb.count == size * size * 3
    else { return nil }
    self.init(index: index, noiseIndex: noiseIndex, label: label, labelName: labelName, size: size, rgb: Array(rgb))
  }
}

extension Checkpoint {
  var json: Value {
    [
      "state": .string(state), "epochs": .int(epochs), "path": .string(path), "sha256": .string(sha256),
      "bytes": .int(bytes),
    ]
  }

  init?(json value: Value) {
    guard let state = value.text("state"), let epochs = value.integer("epochs"), let path = value.text("path"),
      let sha256 = value.text("sha256"), let bytes = value.integer("bytes")
    else { return nil }
    self.init(state: state, epochs: epochs, path: path, sha256: sha256, bytes: bytes)
  }
}

extension Value {
  func text(_ key: String) -> String? {
    guard case .string(let text)? = self[key] else { return nil }
    return text
  }

  func integer(_ key: String) -> Int? {
    guard case .int(let value)? = self[key] else { return nil }
    return value
  }

  /// NaN and the infinities are strings in JSON.
  fileprivate func double(_ key: String) -> Double? {
    switch self[key] {
    case .string("NaN"): .nan
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    case let value: value?.number
    }
  }
}
