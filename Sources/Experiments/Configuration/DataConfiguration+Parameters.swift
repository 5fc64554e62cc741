extension DataConfiguration {
  init(_ reader: ParameterReader) throws {
    source = try reader.choice("data.source")
    size = try reader.integer("data.size")
    seed = try reader.integer("data.seed")
    filter = Filter(
      whitePixels: try reader.optional("data.filter.white_pixels", reader.integer),
      whiteCorners: try reader.boolean("data.filter.white_corners"))
    nearDuplicates = try reader.optional("data.near_duplicates", reader.number)
    augmentation = Augmentation(
      flip: try reader.number("data.augmentation.flip"),
      cropScale: try reader.optional("data.augmentation.crop_scale", reader.numbers),
      cropRatio: try reader.numbers("data.augmentation.crop_ratio"))
    balance = try reader.choice("data.balance")
    split = Split(
      train: try reader.number("data.split.train"),
      validation: try reader.number("data.split.validation"),
      test: try reader.number("data.split.test"))
    count = try reader.integer("data.count")
    bad = try reader.number("data.bad")
    duplicates = try reader.number("data.duplicates")
    path = try reader.optional("data.path", reader.text)
    classes = try reader.optional("data.classes", reader.classes)
    background = try reader.integers("data.background")
    broken = try reader.choice("data.broken")
    pictures = try reader.optional("data.pictures", reader.text)
    labels = try reader.optional("data.labels", reader.text)
    classNames = try reader.optional("data.class_names", reader.texts)
  }

  var parameters: Parameters {
    [
      "data.source": .string(source.rawValue),
      "data.size": .int(size),
      "data.seed": .int(seed),
      "data.filter.white_pixels": filter.whitePixels.map(Value.int) ?? .null,
      "data.filter.white_corners": .bool(filter.whiteCorners),
      "data.near_duplicates": nearDuplicates.map(Value.double) ?? .null,
      "data.augmentation.flip": .double(augmentation.flip),
      "data.augmentation.crop_scale": augmentation.cropScale.map { .list($0.map(Value.double)) } ?? .null,
      "data.augmentation.crop_ratio": .list(augmentation.cropRatio.map(Value.double)),
      "data.balance": .string(balance.rawValue),
      "data.split.train": .double(split.train),
      "data.split.validation": .double(split.validation),
      "data.split.test": .double(split.test),
      "data.count": .int(count),
      "data.bad": .double(bad),
      "data.duplicates": .double(duplicates),
      "data.path": path.map(Value.string) ?? .null,
      "data.classes": classes.map { classes in
        .map(classes.map { Value.Entry($0.name, .list($0.patterns.map(Value.string))) })
      } ?? .null,
      "data.background": .list(background.map(Value.int)),
      "data.broken": .string(broken.rawValue),
      "data.pictures": pictures.map(Value.string) ?? .null,
      "data.labels": labels.map(Value.string) ?? .null,
      "data.class_names": classNames.map { .list($0.map(Value.string)) } ?? .null,
    ]
  }
}

extension ParameterReader {
  fileprivate func classes(_ path: String) throws -> [DataConfiguration.ClassPatterns] {
    guard case .map(let entries)? = parameters[path] else { throw mismatch(path) }
    return try entries.map { entry in
      guard case .list(let patterns) = entry.value else { throw mismatch(path) }
      return DataConfiguration.ClassPatterns(
        name: entry.key,
        patterns: try patterns.map { pattern in
          guard case .string(let text) = pattern else { throw mismatch(path) }
          return text
        })
    }
  }
}
