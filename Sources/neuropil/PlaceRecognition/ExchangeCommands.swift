import ArgumentParsing
import Foundation
import Laboratory
import NeuralData
import PlaceRecognition

extension PublishedArrays.ThresholdUnit: OptionValue {}

/// Makes a map of modules that the published program trained.
struct ImportCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "import", abstract: "Makes a map of modules trained by the published program.",
      discussion:
        "Each --module is a folder with XeAe.npy, theta_A.npy, resultPopVecs.npy and inputNumbers.npy, and AeAi.npy and AiAe.npy when their constants are not the published ones. An ensemble's modules come region by region, with --members of each. The reference drive is shown to the modules to find neurons that fire for everything.",
      examples: [
        .init(
          "neuropil places synthesize --places 4 --out /tmp/neuropil-import && neuropil places build --reference /tmp/neuropil-import/spring --neurons 20 --epochs 1 --out /tmp/neuropil-import/map && neuropil places export --map /tmp/neuropil-import/map --out /tmp/neuropil-import/npy && neuropil places import --module /tmp/neuropil-import/npy/region-0 --reference /tmp/neuropil-import/spring --out /tmp/neuropil-import/again",
          "There and back.")
      ])
  }
  @Option(
    "A module's folder; one option for each, in the order of the route.", valueName: "DIR",
    completion: .folder)
  var module: [String] = []
  @Option("Modules of each region, whose scores are added.") var members = 1
  @Option("Width and height of the modules' input in pixels.") var pixels = 28
  @Option("Side of the patch for normalisation, odd.") var patch = 7
  @Option("A drive that shows the modules' places in order.", valueName: "PATH", completion: .file)
  var reference: String
  @Option("The unit of theta_A.npy.") var thresholdUnit = PublishedArrays.ThresholdUnit.volt
  @Option("Folder for the map.", valueName: "DIR", completion: .folder) var out: String
  @OptionGroup var pictures: TraverseOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard !module.isEmpty else { throw UsageError("--module is missing: give at least one module's folder") }
    guard members >= 1, module.count % members == 0 else {
      throw UsageError(
        "--members is \(members), but the \(module.count) modules must be as many for each region")
    }
  }

  func run() throws {
    let threads = try chance.threadCount()
    let preprocessing = Preprocessing(rows: pixels, columns: pixels, patch: patch)
    try preprocessing.validate()
    var parameters = ModuleParameters()
    parameters.inputs = preprocessing.rows * preprocessing.columns
    let modules = try module.map {
      try PublishedArrays.read(.init(folder: $0), parameters: parameters, unit: thresholdUnit)
    }
    let drive = try Traverse.read(
      reference, pictures.selection, preprocessing: preprocessing, threads: threads)
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("recording", total: Double(modules.count * drive.images.count))
    let map = try ModularMap.assemble(
      modules, members: members, reference: drive, preprocessing: preprocessing, seed: chance.seed,
      threads: threads
    ) {
      progress.advance(by: 1)
    }
    progress.finish()
    var run = try beginRun(out, seed: chance.seed, quiet: common.quiet)!
    try map.write(to: out)
    let summary = MapSummary(map)
    try run.write(summary, to: "metrics.json")
    try run.finish()
    summary.show(json: common.json)
  }
}

/// Writes modules for the published program.
struct ExportCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "export", abstract: "Writes a map's modules as the published program's .npy arrays.",
      discussion:
        "A folder for each region (and member of an ensemble), with XeAe.npy, AeAi.npy and AiAe.npy (rows of source, neuron, weight), theta_A.npy (volts), resultPopVecs.npy (training spikes summed for each place), inputNumbers.npy and assignments.npy (-1 for neurons without a place).",
      examples: [
        .init(
          "neuropil places synthesize --places 4 --out /tmp/neuropil-export && neuropil places build --reference /tmp/neuropil-export/spring --neurons 20 --epochs 1 --out /tmp/neuropil-export/map && neuropil places export --map /tmp/neuropil-export/map --out /tmp/neuropil-export/npy",
          "One module's arrays.")
      ])
  }
  @Option("The map's folder.", valueName: "DIR", completion: .folder) var map: String
  @Option("Folder for the arrays.", valueName: "DIR", completion: .folder) var out: String
  @OptionGroup var common: CommonOptions

  func run() throws {
    let map = try ModularMap.read(map)
    var run = try beginRun(out, seed: map.settings.seed, quiet: common.quiet)!
    var folders: [String] = []
    for region in map.regions {
      for (member, module) in map.modules[region.id]!.enumerated() {
        let name = "region-\(region.id)" + (map.settings.members > 1 ? "-member-\(member)" : "")
        let folder = (out as NSString).appendingPathComponent(name)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try PublishedArrays.write(module, to: folder, firstLabel: map.publishedLabel(of: region))
        folders.append(folder)
      }
    }
    try run.write(["folders": folders], to: "metrics.json")
    try run.finish()
    if common.json { return print(JSONText.encode(["folders": folders])) }
    for folder in folders { print(folder) }
  }
}
