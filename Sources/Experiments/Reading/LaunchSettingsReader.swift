import Yams

/// Reads the `launch:` block.
struct LaunchSettingsReader {
  let block: BlockReader

  func read(_ node: Node) throws -> LaunchSettings {
    var settings = LaunchSettings()
    guard !node.isNull else { return settings }
    for (name, key, value) in try block.members(of: node, named: "launch") {
      switch name {
      case "retries": settings.retries = try block.integer(value, "launch.retries", 0...100)
      case "silence_seconds":
        settings.silenceSeconds = value.isNull ? nil : try block.integer(value, "launch.silence_seconds", 1...1_000_000)
      default: throw block.unknown(name, key, of: "launch", ["retries", "silence_seconds"])
      }
    }
    return settings
  }
}
