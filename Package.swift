// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: explicit existentials, and each file imports what it uses.
let house: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A thin target over one native library, found by pkg-config.
func native(_ name: String, pkgConfig: String, apt: String, brew: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/Native/\(name)", pkgConfig: pkgConfig,
    providers: [.apt([apt]), .brew([brew])])
}

/// A thin target over a library that Scripts/bootstrap puts into .deps.
func bundled(_ name: String, pkgConfig: String) -> Target {
  .systemLibrary(name: name, path: "Sources/Native/\(name)", pkgConfig: pkgConfig)
}

/// What every method shares; knows no method.
func foundation(_ name: String, uses: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: uses, path: "Sources/Foundations/\(name)", swiftSettings: house)
}

/// One published method; uses foundations, never another method.
func method(_ name: String, uses: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: uses, path: "Sources/Methods/\(name)", swiftSettings: house)
}

func tests(of name: String, floor: String, uses: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + uses, path: "Tests/\(floor)/\(name)Tests",
    resources: [.copy("Fixtures")], swiftSettings: house)
}

/// Scripts/swift sets this when Scripts/bootstrap has put LibTorch into .deps. Everything builds without it; what needs
/// tensors then says so when it runs, because the bridge to LibTorch is loaded, not linked.
let hasLibTorch = Context.environment["NEUROPIL_TENSORS"] == "yes"

/// The bridge to LibTorch, as a library of its own.
let bridge: [Target] =
  hasLibTorch
  ? [
    bundled("CLibTorch", pkgConfig: "libtorch"),
    .target(
      name: "TorchBridge", dependencies: ["CLibTorch"], path: "Sources/Native/TorchBridge",
      cxxSettings: [.define("AT_PER_OPERATOR_HEADERS")]),
  ] : []
let bridgeProducts: [Product] =
  hasLibTorch ? [.library(name: "TorchBridge", type: .dynamic, targets: ["TorchBridge"])] : []

let foundations = [
  "Parallel", "Lanes", "Probability", "LinearAlgebra", "NeuralData", "HierarchicalData", "Figures",
  "Laboratory",
  "Spiking", "Tensors", "ArgumentParsing",
]
let methods = [
  "ActivePruning",
  "Biclustering", "Dendrites", "DynamicConnectomes", "ExpressiveNeurons", "HippocampalMemory", "Homeostasis",
  "PlaceRecognition",
]

let package = Package(
  name: "neuropil",
  platforms: [.macOS(.v15)],
  products: (foundations + methods).map { .library(name: $0, targets: [$0]) }
    + bridgeProducts + [.executable(name: "neuropil", targets: ["neuropil"])],
  targets: bridge + [
    .target(
      name: "CTensors", path: "Sources/Native/CTensors",
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    native("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev", brew: "zlib"),
    native("CPNG", pkgConfig: "libpng", apt: "libpng-dev", brew: "libpng"),
    native("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev", brew: "sqlite"),
    native("CTurboJPEG", pkgConfig: "libturbojpeg", apt: "libturbojpeg0-dev", brew: "jpeg-turbo"),
    native("CIgraph", pkgConfig: "igraph", apt: "libigraph-dev", brew: "igraph"),
    native("CMatio", pkgConfig: "matio", apt: "libmatio-dev", brew: "libmatio"),
    native("CHDF5", pkgConfig: "hdf5", apt: "libhdf5-dev", brew: "hdf5"),
    bundled("COpenBLAS", pkgConfig: "scipy-openblas"),

    foundation("Parallel"),
    foundation("Lanes"),
    foundation("Probability"),
    foundation("LinearAlgebra", uses: ["NeuralData", "COpenBLAS"]),
    foundation("NeuralData", uses: ["CZlib", "CPNG", "CTurboJPEG"]),
    foundation("HierarchicalData", uses: ["NeuralData", "CHDF5", "CMatio"]),
    foundation("Figures", uses: ["NeuralData"]),
    foundation("Laboratory", uses: ["NeuralData", "Figures", "CSQLite"]),
    foundation("Spiking", uses: ["Probability", "NeuralData", "HierarchicalData", "Figures"]),
    foundation("Tensors", uses: ["CTensors", "Probability", "NeuralData"]),
    foundation("ArgumentParsing"),

    method(
      "ActivePruning",
      uses: ["Parallel", "Probability", "NeuralData", "Figures", "Laboratory", "Tensors"]),
    method("Biclustering", uses: ["Parallel", "Probability", "NeuralData", "Figures", "Laboratory"]),
    method("Dendrites", uses: ["Parallel", "Probability", "NeuralData", "Figures", "Laboratory"]),
    method(
      "DynamicConnectomes",
      uses: [
        "Parallel", "Probability", "LinearAlgebra", "NeuralData", "HierarchicalData", "Figures", "Laboratory",
        "CIgraph",
      ]),
    method(
      "ExpressiveNeurons",
      uses: [
        "Parallel", "Lanes", "Probability", "LinearAlgebra", "NeuralData", "HierarchicalData", "Figures",
        "Laboratory",
      ]),
    method(
      "HippocampalMemory",
      uses: [
        "Parallel", "Probability", "NeuralData", "HierarchicalData", "Figures", "Laboratory", "Spiking",
      ]),
    method("Homeostasis", uses: ["Parallel", "Lanes", "Probability", "NeuralData", "Figures", "Laboratory"]),
    method(
      "PlaceRecognition",
      uses: ["Parallel", "Probability", "NeuralData", "HierarchicalData", "Figures", "Laboratory", "Spiking"]),

    .executableTarget(
      name: "neuropil",
      dependencies: (foundations + methods).map { .byName(name: $0) }, swiftSettings: house),
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "Parallel", "LinearAlgebra", "Probability", "NeuralData", "Laboratory", "ActivePruning",
        "Biclustering", "Dendrites",
        "DynamicConnectomes", "ExpressiveNeurons",
        "HippocampalMemory", "Homeostasis", "PlaceRecognition", "Spiking", "Tensors",
      ],
      path: "Benchmarks", exclude: ["README.md", "results.json", "peers"], swiftSettings: house),

    tests(of: "Parallel", floor: "Foundations"),
    tests(of: "Lanes", floor: "Foundations"),
    tests(of: "Probability", floor: "Foundations"),
    tests(of: "LinearAlgebra", floor: "Foundations", uses: ["NeuralData"]),
    tests(of: "NeuralData", floor: "Foundations", uses: ["Probability"]),
    tests(of: "HierarchicalData", floor: "Foundations", uses: ["NeuralData"]),
    tests(of: "Figures", floor: "Foundations"),
    tests(of: "Laboratory", floor: "Foundations", uses: ["NeuralData", "Figures", "Parallel"]),
    tests(
      of: "Spiking", floor: "Foundations",
      uses: ["Parallel", "Probability", "NeuralData", "HierarchicalData", "Figures"]),
    tests(of: "Tensors", floor: "Foundations", uses: ["Probability", "NeuralData"]),
    tests(of: "ArgumentParsing", floor: "Foundations"),
    tests(
      of: "ActivePruning", floor: "Methods",
      uses: ["Probability", "NeuralData", "Laboratory", "Tensors"]),
    tests(
      of: "Biclustering", floor: "Methods",
      uses: ["Parallel", "Probability", "NeuralData", "Laboratory"]),
    tests(of: "Dendrites", floor: "Methods", uses: ["Probability", "NeuralData", "Laboratory"]),
    tests(
      of: "DynamicConnectomes", floor: "Methods",
      uses: [
        "Parallel", "Probability", "LinearAlgebra", "NeuralData", "HierarchicalData", "Figures", "Laboratory",
      ]),
    tests(
      of: "ExpressiveNeurons", floor: "Methods",
      uses: ["Parallel", "Probability", "NeuralData", "Laboratory"]),
    tests(
      of: "HippocampalMemory", floor: "Methods",
      uses: ["Spiking", "HierarchicalData", "Probability", "NeuralData", "Laboratory"]),
    tests(of: "Homeostasis", floor: "Methods", uses: ["Probability", "NeuralData", "Laboratory"]),
    tests(
      of: "PlaceRecognition", floor: "Methods", uses: ["Probability", "NeuralData", "Laboratory", "Spiking"]),
    .testTarget(
      name: "CommandTests", dependencies: ["neuropil", "NeuralData"], path: "Tests/CommandTests",
      swiftSettings: house),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
