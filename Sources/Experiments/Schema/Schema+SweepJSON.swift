extension Schema {
  /// The `sweep:` block.
  static var sweep: Value {
    let swept = (fields.map(\.path) + blocks).map { Value.Entry($0, reference(sweptName($0))) }
    return [
      "type": "object",
      "description": "Which settings vary; each combination is a run.",
      "additionalProperties": false,
      "properties": [
        "method": ["enum": .list(Sweep.Method.allCases.map { .string($0.rawValue) }), "default": "grid"],
        "metric": [
          "type": "object", "required": ["name"], "additionalProperties": false,
          "properties": [
            "name": ["enum": .list(sweepMetrics.map(Value.string))],
            "goal": ["enum": .list(Sweep.Metric.Goal.allCases.map { .string($0.rawValue) }), "default": "minimize"],
          ],
        ],
        "parameters": ["type": "object", "additionalProperties": false, "properties": .map(swept)],
        "repeats": [
          "type": "integer", "minimum": 1, "default": 1,
          "description": "Seeds of each combination: seed, seed + 1, and so on.",
        ],
        "run_cap": ["type": "integer", "minimum": 1, "description": "At most so many runs, the first ones in order."],
        "seed": ["type": "integer", "minimum": 0, "default": 0, "description": "Of what random and tpe draw."],
        "early_terminate": earlyTerminate,
      ],
    ]
  }

  private static var earlyTerminate: Value {
    func integer(_ least: Int, _ description: String) -> Value {
      ["type": "integer", "minimum": .int(least), "description": .string(description)]
    }
    return [
      "type": ["object", "null"], "required": ["type"], "additionalProperties": false,
      "properties": [
        "type": ["const": "hyperband"],
        "min_iter": integer(1, "Runs are judged after so many epochs, and each time eta times as many."),
        "max_iter": integer(
          1, "Runs are judged after max_iter / eta epochs, and s times in all, each eta times as early."),
        "s": integer(1, "How many times, with max_iter."),
        "eta": ["type": "integer", "minimum": 2, "default": 3, "description": "One of so many goes on."],
        "strict": [
          "type": "boolean", "default": false, "description": "Judge when all are there, not when enough are.",
        ],
      ],
    ]
  }

  /// A distribution of numbers.
  private static var distribution: Value {
    let keys: [Value.Entry] = DistributionReader.numberKeys.map { .init($0, ["type": "number"]) }
    let names = DistributionReader.names.filter { $0 != "constant" && $0 != "categorical" }
    return [
      "type": "object", "additionalProperties": false, "minProperties": 1,
      "properties": .map([.init("distribution", ["enum": .list(names.map(Value.string))])] + keys),
    ]
  }

  /// What may stand at each path of `sweep.parameters`, as definitions.
  static var sweptDefinitions: [Value.Entry] {
    fields.map { field in
      let values = values(of: field.path)
      let either: Value = ["anyOf": [values, reference("sweep.distribution")]]
      return Value.Entry(sweptName(field.path), field.type.isNumber ? either : values)
    }
      + blocks.map { block in
        Value.Entry(sweptName(block), ["anyOf": [values(of: block), nested(block)]])
      } + [.init("sweep.distribution", distribution), .init("sweep.probabilities", probabilities)]
  }

  private static func sweptName(_ path: String) -> String { "swept.\(path)" }

  /// A block's settings, each varying by itself.
  private static func nested(_ block: String) -> Value {
    let below = members[block, default: []].map { Value.Entry($0, reference(sweptName(join(block, $0)))) }
    let parameters: Value = ["type": "object", "additionalProperties": false, "properties": .map(below)]
    return [
      "type": "object", "additionalProperties": false, "required": ["parameters"],
      "properties": ["parameters": parameters],
    ]
  }

  private static let probabilities: Value = [
    "type": "array", "items": ["type": "number", "minimum": 0.0, "maximum": 1.0],
  ]

  private static func values(of path: String) -> Value {
    [
      "type": "object", "additionalProperties": false, "minProperties": 1,
      "properties": [
        "values": ["type": "array", "minItems": 1, "items": reference(path)],
        "value": reference(path),
        "probabilities": reference("sweep.probabilities"),
        "distribution": ["enum": ["constant", "categorical"]],
      ],
    ]
  }

  /// The `launch:` block.
  static var launch: Value {
    let defaults = LaunchSettings()
    return [
      "type": ["object", "null"], "additionalProperties": false,
      "description": "How stages are executed; it changes no result.",
      "properties": [
        "retries": [
          "type": "integer", "minimum": 0, "default": .int(defaults.retries),
          "description": "How often a stage is begun again whose trainer died or fell silent.",
        ],
        "silence_seconds": [
          "type": ["integer", "null"], "minimum": 1, "default": defaults.silenceSeconds.map(Value.int) ?? .null,
          "description": "After how many seconds without a word a trainer counts as hung; null: never.",
        ],
      ],
    ]
  }
}
