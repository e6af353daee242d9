import ArgumentParsing
import Dendrites
import Foundation
import Laboratory

/// False matches over a grid of sizes.
struct SweepCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "sweep", abstract: "False matches over a grid of sizes, summarised for each threshold (Fig 6).",
      discussion:
        "Without a grid of its own it is the one of Fig 6: n 10000 to 190000, 0.5 to 3 % active, 20 to 50 synapses.",
      examples: [
        .init("neuropil dendrites sweep", "The paper's grid."),
        .init(
          "neuropil dendrites sweep --cells 2000,4000 --activities 1%,2% --synapses 20,30 --thresholds 8,10,12",
          "A grid of one's own."),
      ])
  }
  @Option("Populations, n.") var cells: [Int] = Sweep.figure6.cells
  @Option("Active shares, as fractions or percentages.", valueName: "X,…") var activities: [String] = Sweep
    .figure6.activities.map { "\($0)" }
  @Option("Synapses, s.") var synapses: [Int] = Sweep.figure6.synapses
  @Option("Thresholds.") var thresholds: [Int] = Sweep.figure6.thresholds
  @OptionGroup var common: CommonOptions

  func run() throws {
    let shares = try activities.map { try ActivityFraction.parse($0, name: "activities") }
    let rows = try Sweep(cells: cells, activities: shares, synapses: synapses, thresholds: thresholds).rows()
    if common.json { return print(JSONText.encode(["rows": rows])) }
    showTable(
      ["threshold", "median", "mean", "min", "max"],
      rows.map { row in
        ["\(row.threshold)"]
          + [row.median, row.mean, row.minimum, row.maximum].map { String(format: "%.6g", $0) }
      })
  }
}
