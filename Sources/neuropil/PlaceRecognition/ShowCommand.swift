import ArgumentParsing
import Figures
import Foundation
import Laboratory
import PlaceRecognition

/// Shows what a map holds.
struct ShowCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "show", abstract: "Shows a map's regions, and draws what their neurons have learned.",
      discussion:
        "A line for each region: its places, neurons that the map's threshold leaves out, places that no neuron learned, the range of the adaptive thresholds, and the spikes of an image in the first and last epoch. With --out a report draws the learned weights beside the reference images.",
      examples: [
        .init(
          "neuropil places synthesize --places 6 --out /tmp/neuropil-show && neuropil places build --reference /tmp/neuropil-show/spring --reference /tmp/neuropil-show/fall --module-size 3 --neurons 30 --epochs 4 --out /tmp/neuropil-show/map && neuropil places show --map /tmp/neuropil-show/map",
          "Two regions.")
      ])
  }
  @Option("The map's folder.", valueName: "DIR", completion: .folder) var map: String
  @Option("Regions by number; all unless given.", valueName: "N,…") var regions: [Int] = []
  @Option("Leaves out neurons that fired for so many reference images; the map's choice unless given.")
  var threshold: Int?
  @Option("Folder for a report with the learned weights.", valueName: "DIR", completion: .folder)
  var out: String?
  @OptionGroup var common: CommonOptions

  func run() throws {
    if out != nil { _ = try PlotlyScript.find() }
    let map = try ModularMap.read(map, threshold: threshold, common: common)
    let chosen = try regions.isEmpty ? map.regions : regions.map(map.region(named:))
    let summaries = chosen.map(map.summary(of:))
    if var run = try beginRun(out, seed: map.settings.seed, quiet: common.quiet) {
      run.noteInput(self.map)
      try run.write(["regions": summaries], to: "metrics.json")
      try run.write(
        Report(
          title: "A map of \(map.placeCount) places",
          introduction:
            "\(map.regions.count) regions; neurons that fire for \(map.hyperactiveThreshold) or more reference images are left out (0: none).",
          sections: chosen.map { region in
            Report.Section("Region \(region.id)", map.figures(of: region).map { .figure($0) })
          }))
      try run.finish()
    }
    if common.json { return print(JSONText.encode(["regions": summaries])) }
    showTable(
      ["region", "places", "neurons", "left out", "without place", "unlearned", "θ, mV", "spikes an image"],
      summaries.map { summary in
        [
          "\(summary.region)", ranges(summary.places), "\(summary.neurons)", "\(summary.hyperactiveNeurons)",
          "\(summary.unassignedNeurons)",
          summary.unlearnedPlaces.isEmpty ? "-" : ranges(summary.unlearnedPlaces),
          String(format: "%.1f to %.1f", summary.thresholds[0], summary.thresholds[1]),
          summary.spikesPerImage.isEmpty
            ? "-"
            : String(format: "%.0f to %.0f", summary.spikesPerImage[0], summary.spikesPerImage.last ?? 0),
        ]
      })
  }

  /// `0-4, 9` for ascending neighbours.
  private func ranges(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(
      separator: ", ")
  }
}
