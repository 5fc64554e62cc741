extension Schema {
  static let data: [Field] = [
    Field(
      "data.source", .choice(DataConfiguration.Source.self, later: ["cartoon-set"]), "sprites", in: .data,
      "`sprites` are drawn by a procedure, `images` come from a folder of PNG and JPEG files, `npy` from two arrays."),
    Field("data.size", .integer(4...1024), 16, in: .data, "Width and height of the pictures, in pixels."),
    Field("data.seed", .seed, 0, in: .data, "Generation, split, and the noise of the validation."),
    Field(
      "data.filter.white_pixels", .optional(.integer(1...1_048_576)), nil, in: .data,
      "Leave out pictures with fewer pure white pixels."),
    Field(
      "data.filter.white_corners", .boolean, false, in: .data,
      "Leave out pictures whose four corners are not all white."),
    Field(
      "data.near_duplicates", .optional(.number(NumberRange(lower: .excluded(0), upper: .included(255)))), nil,
      in: .data,
      "Root mean square difference, in levels of 0…255, up to which two pictures are copies of each other, which stay "
        + "in one part of the split; null: only exact copies."),
    Field(
      "data.augmentation.flip", .number(.share), 0.0, in: .epoch,
      "Probability that a training picture is mirrored left to right."),
    Field(
      "data.augmentation.crop_scale", .optional(.list(.number(positiveShare), count: 2)), nil, in: .epoch,
      "Least and greatest share of a training picture's area that is cut out at random and enlarged; null: no crop."),
    Field(
      "data.augmentation.crop_ratio", .list(.number(.positive), count: 2), [0.75, 1.3333333333333333], in: .epoch,
      only: .given("data.augmentation.crop_scale"), "Least and greatest width over height of what is cut out."),
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
    Field(
      "data.pictures", .optional(.file), nil, in: .none, only: npy,
      "An array [n, height, width, 3], uint8 or float; relative to this file."),
    Field(
      "data.labels", .optional(.file), nil, in: .none, only: npy,
      "An array [n, classes] of one-hot labels, or [n] of integers; relative to this file."),
    Field(
      "data.class_names", .optional(.list(.text, count: nil)), nil, in: .data, only: npy,
      "Names of the classes, in the labels' order; null: 0, 1, and so on."),
  ]

  private static let sprites = Field.Condition.when("data.source", is: "sprites")
  private static let images = Field.Condition.when("data.source", is: "images")
  private static let npy = Field.Condition.when("data.source", is: "npy")
  private static let positiveShare = NumberRange(lower: .excluded(0), upper: .included(1))
}
