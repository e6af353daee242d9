import ArgumentParsing
import Biclustering
import Foundation
import Laboratory
import NeuralData
import Probability

/// Two fits side by side.
struct BiclusterCompareCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "compare", abstract: "Aligns the point partitions of two fits of the same neurons.",
      examples: [
        .init(
          "neuropil bicluster simulate --neurons-per-cluster 4 --bins 90 --out /tmp/neuropil-sim6 && neuropil bicluster fit --counts /tmp/neuropil-sim6/counts.csv --sweeps 100 --chains 1 --out /tmp/neuropil-fit6 && neuropil bicluster fit --counts /tmp/neuropil-sim6/counts.csv --observation poisson --sweeps 100 --chains 1 --out /tmp/neuropil-fit7 && neuropil bicluster compare /tmp/neuropil-fit6 /tmp/neuropil-fit7",
          "Two laws of a count.")
      ])
  }
  @Argument("Folder of the first fit.", completion: .folder) var first: String
  @Argument("Folder of the second fit.", completion: .folder) var second: String
  @OptionGroup var common: CommonOptions

  func run() throws {
    let result = try FitComparison(FitFolder(reading: first), FitFolder(reading: second))
    func lines(_ name: String, _ agreement: FitComparison.Agreement?) -> [(String, String)] {
      guard let agreement else { return [(name, "not compared: the fits have other numbers of bins")] }
      return [
        (
          name,
          String(
            format: "%d of %d alike; adjusted Rand %.3f, NMI %.3f, AMI %.3f, variation of information %.3f",
            agreement.alike, agreement.first.count, agreement.adjustedRandIndex,
            agreement.normalizedMutualInformation, agreement.adjustedMutualInformation,
            agreement.variationOfInformation)
        )
      ]
    }
    show(result, json: common.json, lines("neurons", result.neurons) + lines("bins", result.states))
  }
}
