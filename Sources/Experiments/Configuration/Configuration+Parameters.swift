extension Configuration {
  /// A typed view of resolved parameters.
  ///
  /// Throws `InputError` where a value has another type than its path.
  public init(_ parameters: Parameters) throws {
    let reader = ParameterReader(parameters: parameters)
    seed = try reader.integer("seed")
    data = try DataConfiguration(reader)
    model = try ModelConfiguration(reader)
    conditioning = try ConditioningConfiguration(reader)
    diffusion = try DiffusionConfiguration(reader)
    training = try TrainingConfiguration(reader)
    sampling = try SamplingConfiguration(reader)
    evaluation = try EvaluationConfiguration(reader)
  }

  /// The given settings over the defaults, such as `["data.count": 100]`.
  ///
  /// Throws `InputError` where a path is unknown, or a value does not have its path's type.
  public init(settings: Parameters) throws {
    for path in settings.keys where Schema.field(path) == nil {
      throw InputError(
        "unknown setting '\(path)'", suggestion: InputError.nearest(to: path, among: Schema.fields.map(\.path)))
    }
    try self.init(Schema.resolve(settings))
  }

  /// Every leaf of the schema.
  public var parameters: Parameters {
    var parameters: Parameters = ["seed": .int(seed)]
    for block in [
      data.parameters, model.parameters, conditioning.parameters, diffusion.parameters, training.parameters,
      sampling.parameters, evaluation.parameters,
    ] {
      parameters.merge(block) { $1 }
    }
    return parameters
  }
}
