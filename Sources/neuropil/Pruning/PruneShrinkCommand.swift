import ActivePruning
import ArgumentParsing
import Figures
import Foundation
import Laboratory
import NeuralData
import Tensors

/// Removes units that cannot change a network's output.
struct PruneShrinkCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "shrink", abstract: "Removes a network's dead units, so that its layers become narrower.",
      discussion:
        "Units go that provably cannot change the output: unconnected (0 on every image, since nothing alive comes in), bounded (their largest possible input is not above 0), constant (the same on every image; the next bias takes it over) and unread (nothing alive reads them). --silent also removes units that are 0 on all training images, which is exact for those images alone and is labelled so. Both networks are then run on the test images and the largest difference of a score is reported. Channels that several layers read stay: those of DenseNet, of the ways around residual blocks, and of convolutions by channel.",
      examples: [
        .init(
          "neuropil prune shrink --network mlp-100-50 --data digits --silent --out /tmp/neuropil-shrink",
          "Units that drawn weights leave at 0 on all training images; the narrower network is in network.safetensors."
        )
      ])
  }
  @Flag("Removes units that are 0 on all training images too: a calibration, no proof.") var silent
  @Option("Images at once; changes only speed and memory.") var batch = 250
  @Option("Fixes weights that are drawn.") var seed: UInt64 = 1
  @Option(
    "Folder for network.safetensors, metrics.json and report.html.", valueName: "DIR", completion: .folder)
  var out: String?
  @OptionGroup var source: CheckpointOptions
  @OptionGroup var images: ImageOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var common: CommonOptions

  private struct Layer: Encodable {
    var layer: String
    var units: Int
    var kept: Int
    var removed: [String: Int]
    var constantKept: Int
  }

  private struct Output: Encodable {
    var samples: Int
    var largestDifference: Double
    var largestScore: Double
    var changedClasses: Int
    var accuracyBefore: Double
    var accuracyAfter: Double

    init(_ comparison: OutputComparison) {
      samples = comparison.samples
      (largestDifference, largestScore) = (comparison.largestDifference, comparison.largestScore)
      changedClasses = comparison.changedClasses
      (accuracyBefore, accuracyAfter) = comparison.accuracies
    }
  }

  private struct Result: Encodable {
    var network: String
    var shrunk: String
    var proof: String
    var unitsBefore: Int
    var unitsAfter: Int
    var parametersBefore: Int
    var parametersAfter: Int
    var layers: [Layer]
    var training: Output
    var test: Output
  }

  func validate() throws {
    guard (1...100_000).contains(batch) else {
      throw UsageError("--batch is \(batch), but must be 1 to 100000")
    }
  }

  func run() throws {
    Interruption.install()
    let device = try device.chosen()
    let (checkpoint, data) = try source.read(with: images, seed: seed)
    let network = try checkpoint.network(on: device)
    let progress = Progress(isQuiet: common.quiet)
    progress.begin(
      "shrinking", total: Double(data.training.count * (silent ? 2 : 1) + data.test.count))
    func advance(_ count: Int) throws {
      try Interruption.check()
      progress.advance(by: Double(count))
    }
    let quiet =
      silent
      ? try DeadNeuronMeter.silentUnits(
        of: network, on: data.training, preprocessing: checkpoint.preprocessing, batch: batch, device: device,
        progress: advance) : [:]
    let shrinking = try Shrinking(of: checkpoint, silent: quiet)
    let narrow = try shrinking.checkpoint.network(on: device)
    func compare(_ set: ImageSet) throws -> Output {
      Output(
        try OutputComparison(
          network, narrow, on: set, preprocessing: checkpoint.preprocessing, batch: batch, device: device,
          progress: advance))
    }
    let (training, test) = (try compare(data.training), try compare(data.test))
    progress.finish()
    let result = Result(
      network: checkpoint.choice.name, shrunk: shrinking.checkpoint.choice.name,
      proof: shrinking.isExact ? "exact" : "calibration", unitsBefore: shrinking.units.before,
      unitsAfter: shrinking.units.after, parametersBefore: shrinking.parameters.before,
      parametersAfter: shrinking.parameters.after,
      layers: shrinking.layers.map { layer in
        Layer(
          layer: layer.layer, units: layer.units, kept: layer.kept.count,
          removed: Dictionary(uniqueKeysWithValues: layer.removed.map { ($0.key.rawValue, $0.value) }),
          constantKept: layer.constantKept)
      }, training: training, test: test)
    if var run = try beginRun(out, seed: seed, quiet: common.quiet) {
      try shrinking.checkpoint.write(to: run.path("network.safetensors"), version: neuropilVersion)
      try run.write(result, to: "metrics.json")
      try run.writeReport(report(result), quiet: common.quiet)
      if let file = source.checkpoint { run.noteInput(file) }
      run.noteInput(images.path)
      try run.finish()
    }
    if common.json { return print(JSONText.encode(result)) }
    if result.layers.isEmpty {
      print("\(result.network) has no units that one layer alone reads; nothing was removed")
    } else {
      showTable(Self.header, rows(result))
    }
    for line in sentences(result) { print(line) }
  }

  private static let header =
    ["layer", "units", "kept"] + Shrinking.Reason.allCases.map(\.rawValue) + ["constant, kept"]

  private func rows(_ result: Result) -> [[String]] {
    result.layers.map { layer in
      [layer.layer, String(layer.units), String(layer.kept)]
        + Shrinking.Reason.allCases.map { String(layer.removed[$0.rawValue] ?? 0) }
        + [String(layer.constantKept)]
    }
  }

  private func sentences(_ result: Result) -> [String] {
    func words(_ name: String, _ output: Output) -> String {
      String(
        format:
          "%@ images: largest difference of a score %.3g (largest score %.3g), %d of %d classes changed, accuracy %.4f before and %.4f after",
        name, output.largestDifference, output.largestScore, output.changedClasses, output.samples,
        output.accuracyBefore, output.accuracyAfter)
    }
    return [
      "\(result.unitsBefore) units became \(result.unitsAfter), \(result.parametersBefore) parameters \(result.parametersAfter)",
      result.proof == "exact"
        ? "every removal is exact up to rounding, on any image of pixels in range"
        : "units silent on the training images were removed: equal on those, not proven for others",
      words("training", result.training), words("test", result.test),
    ]
  }

  private func report(_ result: Result) -> Report {
    let names = result.layers.map(\.layer)
    let marks =
      [Mark("kept", .bar(names: names, values: result.layers.map { Double($0.kept) }))]
      + Shrinking.Reason.allCases.compactMap { reason in
        let values = result.layers.map { Double($0.removed[reason.rawValue] ?? 0) }
        return values.allSatisfy { $0 == 0 } ? nil : Mark(reason.rawValue, .bar(names: names, values: values))
      }
    let figure = Figure(
      id: "units", title: "Units kept and removed", caption: "Removed units by the reason for it.",
      x: Axis("layer"), y: Axis("units"), marks: marks)
    return Report(
      title: "\(result.network), shrunk",
      introduction: sentences(result).map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
        .joined(separator: " "),
      sections: result.layers.isEmpty
        ? [] : [Report.Section("Layers", [.figure(figure), .table(header: Self.header, rows: rows(result))])])
  }
}
