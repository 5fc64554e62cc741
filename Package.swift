// swift-tools-version: 6.2
import PackageDescription

/// libtorch as the set-up script lays it out: `include` and `lib`. Only the targets from `CTorch` up need it.
let libtorch = Context.environment["LIBTORCH"] ?? "\(Context.packageDirectory)/.libtorch"

let swiftSettings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ] + (Context.environment["DARKROOM_WARNINGS"] == "errors" ? [.treatAllWarnings(as: .error)] : [])

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func target(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil
) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: swiftSettings)
}

func program(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil) -> Target {
  .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: swiftSettings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, resources: resources,
    swiftSettings: swiftSettings)
}

let package = Package(
  name: "Darkroom",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "darkroom", targets: ["darkroom"]),
    .executable(name: "darkroom-trainer", targets: ["darkroom-trainer"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Pictures from outside.
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: "libturbojpeg",
      providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),

    // What needs no libtorch.
    target("Files", [crypto]),
    target("Randomness", [crypto]),
    target("Experiments", ["Files", "Randomness", crypto, "Yams"]),
    target("Datasets", ["Files", "Experiments", "Randomness", "CPNG", "CTurboJPEG", crypto]),
    target("RunStore", ["Files", "Experiments", grdb, .product(name: "GRDBSQLite", package: "GRDB.swift")]),
    target("Reports", ["RunStore", "Experiments", "Datasets", "Randomness"]),
    target("Exchange", ["RunStore", "Reports", "Experiments", "Datasets", "Files", grdb]),
    target("Launching", ["Files", "Experiments", "Datasets", "RunStore", crypto]),
    program(
      "darkroom",
      ["Files", "Experiments", "Datasets", "RunStore", "Reports", "Exchange", "Launching", argumentParser]),

    // What does.
    .target(
      name: "CTorch",
      cxxSettings: [
        .unsafeFlags([
          "-std=c++20", "-O2", "-DNDEBUG", "-isystem", "\(libtorch)/include",
          "-isystem", "\(libtorch)/include/torch/csrc/api/include",
        ])
      ],
      linkerSettings: [
        .unsafeFlags(["-L\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib"]),
        .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
      ]),
    target("Torch", ["CTorch", "Files"]),
    target("TorchNN", ["Torch", "Randomness"]),
    target("Diffusion", ["TorchNN", "Torch", "Files"]),
    target("Evaluation", ["TorchNN", "Torch", "Datasets", "Randomness"]),
    target(
      "Training",
      [
        "Files", "Diffusion", "Evaluation", "TorchNN", "Torch", "Datasets", "Experiments", "RunStore", "Randomness",
        crypto,
      ]),
    program("darkroom-trainer", ["Training", "Diffusion", "Torch", "RunStore", "Experiments", argumentParser]),

    // Programs that tests kill, crowd and starve.
    program("StoreWriter", ["RunStore", "Experiments"], path: "Tests/StoreWriter"),
    program("fake-trainer", ["Launching", "RunStore", "Experiments"], path: "Tests/FakeTrainer"),

    // Inputs that golden scripts and tests make by the same rule: hundreds of millions of numbers, so optimised always.
    .target(
      name: "Formulas", dependencies: ["Torch", "TorchNN"], path: "Tests/Formulas",
      swiftSettings: swiftSettings + [.unsafeFlags(["-O"])]),

    tests(of: "Randomness"),
    tests(of: "Experiments", resources: [.copy("Goldens")]),
    tests(of: "Datasets", ["Files", "Experiments"], resources: [.copy("Goldens")]),
    tests(of: "RunStore", ["Experiments", "StoreWriter", grdb], resources: [.copy("Goldens")]),
    tests(of: "Reports", ["RunStore", "Experiments", "Datasets"], resources: [.copy("Goldens")]),
    tests(
      of: "Exchange", ["Experiments", "RunStore", "Datasets", "Files", grdb], resources: [.copy("Goldens")]),
    tests(of: "Launching", ["Experiments", "RunStore", "fake-trainer", "darkroom", "darkroom-trainer"]),
    tests(of: "Torch", resources: [.copy("Goldens")]),
    tests(of: "TorchNN", ["Torch", "Randomness"], resources: [.copy("Goldens")]),
    tests(of: "Diffusion", ["Formulas", "Torch", "TorchNN"], resources: [.copy("Goldens")]),
    tests(of: "Evaluation", ["Torch", "TorchNN", "Datasets"], resources: [.copy("Goldens")]),
    tests(
      of: "Training", ["Files", "Formulas", "TorchNN", "Diffusion", "Torch", "Experiments", "RunStore"],
      resources: [.copy("Goldens")]),
    tests(of: "darkroom", ["Experiments", "RunStore", "darkroom-trainer", grdb]),
  ],
  cxxLanguageStandard: .cxx20
)
