import Yams

/// Reads the `slurm:` block.
struct SlurmSettingsReader {
  let block: BlockReader

  static let keys = [
    "partition", "account", "qos", "constraint", "time", "cpus", "gpus", "memory", "setup", "grace_seconds",
    "poll_seconds",
  ]

  func read(_ node: Node) throws -> SlurmSettings {
    var settings = SlurmSettings()
    guard !node.isNull else { return settings }
    for (name, key, value) in try block.members(of: node, named: "slurm") {
      let path = "slurm.\(name)"
      switch name {
      case "partition": settings.partition = try text(value, path)
      case "account": settings.account = try text(value, path)
      case "qos": settings.qos = try text(value, path)
      case "constraint": settings.constraint = try text(value, path)
      case "time": settings.time = try time(value, path)
      case "cpus": settings.cpus = value.isNull ? nil : try block.integer(value, path, 1...65_536)
      case "gpus": settings.gpus = value.isNull ? nil : try block.integer(value, path, 0...1024)
      case "memory": settings.memory = try memory(value, path)
      case "setup": settings.setup = try text(value, path)
      case "grace_seconds": settings.graceSeconds = try block.integer(value, path, 1...65_535)
      case "poll_seconds": settings.pollSeconds = try block.number(value, path, .positive)
      default: throw block.unknown(name, key, of: "slurm", Self.keys)
      }
    }
    return settings
  }

  private func text(_ node: Node, _ path: String) throws -> String? {
    node.isNull ? nil : try block.choice(node, path, .text)
  }

  private func time(_ node: Node, _ path: String) throws -> String? {
    guard let text = try text(node, path) else { return nil }
    guard text.wholeMatch(of: /\d+(:\d\d){0,2}|\d+-\d{1,2}(:\d\d){0,2}/) != nil else {
      throw block.place(node).error("\(path) must be minutes, or like 2:30:00 or 1-12:00:00, not \(node.summary)")
    }
    return text
  }

  private func memory(_ node: Node, _ path: String) throws -> String? {
    guard let text = try text(node, path) else { return nil }
    guard text.wholeMatch(of: /\d+[KMGT]?/) != nil else {
      throw block.place(node).error("\(path) must be a number with K, M, G or T, like 8G, not \(node.summary)")
    }
    return text
  }
}
