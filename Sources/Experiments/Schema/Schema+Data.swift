extension Schema {
  static let data: [Field] = [
    Field(
      "data.source", .choice(DataConfiguration.Source.self, later: ["npy", "cartoon-set"]), "sprites", in: .data,
      "`sprites` are drawn by a procedure, `images` come from a folder of PNG and JPEG files."),
    Field("data.size", .integer(4...1024), 16, in: .data, "Width and height of the pictures, in pixels."),
    Field("data.seed", .seed, 0, in: .data, "Generation, split, and the noise of the validation."),
    Field(
      "data.filter.white_pixels", .optional(.integer(1...1_048_576)), nil, in: .data,
      "Leave out pictures with fewer pure white pixels."),
    Field(
      "data.filter.white_corners", .boolean, false, in: .data,
      "Leave out pictures whose four corners are not all white."),
    Field(
      "data.balance", .choice(DataConfiguration.Balance.self), "none", in: .epoch,
      "How often each class is drawn: as it comes, by 1 − n/N, or by 1/n."),
    Field("data.split.train", .number(.share), 0.8, in: .data, "Share of the pictures to train on."),
    Field("data.split.validation", .number(.share), 0.1, in: .data, "Share to validate on after each epoch."),
    Field("data.split.test", .number(.share), 0.1, in: .data, "Share held back."),
    Field("data.count", .integer(1...10_000_000), 4000, in: .data, only: sprites, "How many sprites to draw."),
    Field("data.bad", .number(.share), 0.0, in: .data, only: sprites, "Share of bad sprites, for the filter to find."),
    Field(
      "data.duplicates", .number(.share), 0.0, in: .data, only: sprites,
      "Share of sprites that are exact copies of others."),
    Field("data.path", .optional(.folder), nil, in: .none, only: images, "The folder; relative to this file."),
    Field(
      "data.classes", .optional(.classes), nil, in: .data, only: images,
      "Patterns of each class's files; the first class that matches takes the file. null: the first folder level."),
    Field(
      "data.background", .list(.integer(0...255), count: 3), [255, 255, 255], in: .data, only: images,
      "Red, green and blue behind transparent pixels."),
    Field(
      "data.broken", .choice(DataConfiguration.BrokenPictures.self), "refuse", in: .data, only: images,
      "What to do where a file cannot be decoded."),
  ]

  private static let sprites = Field.Condition(path: "data.source", value: "sprites")
  private static let images = Field.Condition(path: "data.source", value: "images")
}
