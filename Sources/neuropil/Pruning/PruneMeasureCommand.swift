import ActivePruning
import ArgumentParsing
import Figures
import Foundation
import Laboratory
import NeuralData
import Tensors

/// Dead neuron rates of a network on images.
struct PruneMeasureCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "measure", abstract: "Measures which of a network's units are dead on images.",
      discussion:
        "A unit is an output of a rectifier: of a convolution every place of every channel, or with --unit channel a whole channel. It is dead on an image when it is 0. total is the mean share of dead units over the images, static the share that is dead on all of them, dynamic the difference: dead on one image, alive on another. The JSON has total, static, dynamic and the same in layers.",
      examples: [
        .init(
          "neuropil prune measure --network mlp-100-50 --data digits",
          "A network whose weights are still as they were drawn."),
        .init(
          "neuropil prune measure --network lenet5 --test-images 500 --on test --unit channel --json",
          "Channels of LeNet-5 on 500 images of Fashion-MNIST, as JSON."),
      ])
  }
  enum Part: String, CaseIterable, OptionValue { case training, test }

  @Option("Which images the units are watched on.") var on = Part.training
  @Option("What counts as a unit of a convolution.") var unit = DeadNeuronMeter.Unit.element
  @Option("Images at once; changes only speed and memory.") var batch = 250
  @Option("Fixes weights that are drawn.") var seed: UInt64 = 1
  @Option("Folder for metrics.json and report.html.", valueName: "DIR", completion: .folder) var out: String?
  @OptionGroup var source: CheckpointOptions
  @OptionGroup var images: ImageOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var common: CommonOptions

  struct Rate: Encodable {
    var layer: String?
    var units: Int
    var total: Double
    var `static`: Double
    var dynamic: Double

    init(_ rate: DeadNeuronRates.Rate, layer: String? = nil) {
      self.layer = layer
      (units, total, `static`, dynamic) = (rate.units, rate.total, rate.staticRate, rate.dynamicRate)
    }
  }

  private struct Result: Encodable {
    var network: String
    var unit: String
    var on: String
    var samples: Int
    var remaining: Double
    var accuracy: Double
    var total: Double
    var `static`: Double
    var dynamic: Double
    var layers: [Rate]
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
    let set = on == .training ? data.training : data.test
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("measuring", total: Double(set.count))
    let measured = try ActivityMeasurement(
      of: network, on: set, preprocessing: checkpoint.preprocessing, batch: batch, device: device
    ) {
      try Interruption.check()
      progress.advance(by: Double($0))
    }
    progress.finish()
    if set.count == 1 {
      Terminal.warn("there is one image alone, so that static is total", quiet: common.quiet)
    }
    let rates = unit == .element ? measured.elements : measured.channels
    let all = Rate(rates.network)
    let result = Result(
      network: checkpoint.choice.name, unit: unit.rawValue, on: on.rawValue, samples: set.count,
      remaining: try checkpoint.mask(in: network)?.remaining ?? 1, accuracy: measured.accuracy,
      total: all.total, static: all.static, dynamic: all.dynamic,
      layers: rates.layers.map { Rate($0.rate, layer: $0.path) })
    if var run = try beginRun(out, seed: seed, quiet: common.quiet) {
      try run.write(result, to: "metrics.json")
      try run.writeReport(report(result), quiet: common.quiet)
      if let file = source.checkpoint { run.noteInput(file) }
      run.noteInput(images.path)
      try run.finish()
    }
    if common.json { return print(JSONText.encode(result)) }
    showTable(Self.header, rows(result))
    print(String(format: "accuracy %.4f on %d %@ images", result.accuracy, result.samples, on.rawValue))
  }

  private static let header = ["layer", "units", "total", "static", "dynamic"]

  private func rows(_ result: Result) -> [[String]] {
    func row(_ name: String, _ rate: Rate) -> [String] {
      [name, String(rate.units)]
        + [rate.total, rate.static, rate.dynamic].map { String(format: "%.4f", $0) }
    }
    var all = result.layers[0]
    all.units = result.layers.reduce(0) { $0 + $1.units }
    (all.total, all.static, all.dynamic) = (result.total, result.static, result.dynamic)
    return result.layers.map { row($0.layer ?? "", $0) } + [row("all", all)]
  }

  private func report(_ result: Result) -> Report {
    let names = result.layers.map { $0.layer ?? "" }
    let figure = Figure(
      id: "rates", title: "Dead units of each layer",
      caption:
        "Static: 0 on all \(result.samples) images. Dynamic: 0 on an image, but not on all. A unit is \(unit == .element ? "every place of a channel" : "a channel").",
      x: Axis("layer"), y: Axis("share of units", range: 0...1),
      marks: [
        Mark("total", .bar(names: names, values: result.layers.map(\.total))),
        Mark("static", .bar(names: names, values: result.layers.map(\.static))),
        Mark("dynamic", .bar(names: names, values: result.layers.map(\.dynamic))),
      ])
    return Report(
      title: "Dead units of \(result.network)",
      introduction: String(
        format: "%d %@ images; %.2f %% of the weights remain; accuracy %.4f.", result.samples, on.rawValue,
        100 * result.remaining, result.accuracy),
      sections: [
        Report.Section(
          "Dead neuron rates", [.figure(figure), .table(header: Self.header, rows: rows(result))])
      ])
  }
}

extension DeadNeuronMeter.Unit: OptionValue {}
