extension Schema {
  /// The experiment file as a JSON schema (draft 2020-12), for editors and other programs.
  static var json: Value {
    [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Darkroom experiment",
      "type": "object",
      "required": ["name"],
      "additionalProperties": false,
      "properties": .map(
        [
          .init(
            "name",
            [
              "type": "string", "pattern": "^[A-Za-z0-9._-]{1,100}$",
              "description": "The experiment's name, and its sweep's.",
            ]),
          .init("question", ["type": "string", "description": "What the experiment is to answer."]),
        ] + properties(of: "") + [.init("sweep", sweep), .init("launch", launch), .init("slurm", slurm)]),
      "$defs": .map(
        fields.map { Value.Entry($0.path, schema(of: $0)) } + blocks.map { Value.Entry($0, blockSchema($0)) }
          + sweptDefinitions),
    ]
  }

  static func reference(_ path: String) -> Value {
    ["$ref": .string("#/$defs/\(path)")]
  }

  static let blocks: [String] = members.keys.filter { !$0.isEmpty }.sorted()

  private static func properties(of block: String) -> [Value.Entry] {
    members[block, default: []].map { Value.Entry($0, reference(join(block, $0))) }
  }

  private static func blockSchema(_ path: String) -> Value {
    [
      "type": optionalBlocks.contains(path) ? ["object", "null"] : "object",
      "additionalProperties": false,
      "properties": .map(properties(of: path)),
    ]
  }

  private static func schema(of field: Field) -> Value {
    guard case .map(var entries) = schema(of: field.type) else { return nil }
    switch field.default {
    case .value(let value):
      entries.append(.init("default", value))
      entries.append(.init("description", .string(field.doc)))
    case .derived(let text, _):
      entries.append(.init("description", .string("\(field.doc) Default: \(text).")))
    }
    return .map(entries)
  }

  private static func schema(of type: FieldType) -> Value {
    switch type {
    case .integer(let range):
      return ["type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)]
    case .number(let range): return .map([.init("type", "number")] + bounds(of: range))
    case .boolean: return ["type": "boolean"]
    case .choice(let values, _): return ["enum": .list(values.map(Value.string))]
    case .text, .folder, .file: return ["type": ["string", "number", "boolean"]]
    case .list(let element, let count):
      var entries: [Value.Entry] = [.init("type", "array"), .init("items", schema(of: element))]
      entries.append(.init("minItems", .int(count ?? 1)))
      if let count { entries.append(.init("maxItems", .int(count))) }
      return .map(entries)
    case .classes:
      let patterns = schema(of: .list(.text, count: nil))
      return [
        "type": "object", "minProperties": 1,
        "additionalProperties": ["anyOf": [schema(of: .text), patterns]],
      ]
    case .optional(let type): return ["anyOf": [schema(of: type), ["type": "null"]]]
    }
  }

  private static func bounds(of range: NumberRange) -> [Value.Entry] {
    let lower: Value.Entry =
      switch range.lower {
      case .included(let bound): .init("minimum", .double(bound))
      case .excluded(let bound): .init("exclusiveMinimum", .double(bound))
      }
    return switch range.upper {
    case .included(let bound): [lower, .init("maximum", .double(bound))]
    case .excluded(let bound): [lower, .init("exclusiveMaximum", .double(bound))]
    case nil: [lower]
    }
  }
}
