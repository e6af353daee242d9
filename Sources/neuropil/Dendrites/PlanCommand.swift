import ArgumentParsing
import Dendrites
import Laboratory

/// Sizes for a target error.
struct PlanCommand: Command {
  enum Quantity: String, CaseIterable, OptionValue { case synapses, threshold, cells, patterns, segments }

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "plan", abstract: "Chooses a size for a target error.",
      discussion:
        "Finds the smallest number of synapses, threshold or cells, or the largest number of patterns in a union or of segments, at which false matches stay at or below --error. With --noise and --find threshold it finds the threshold that minimises false matches plus misses.",
      examples: [
        .init(
          "neuropil dendrites plan --find synapses --cells 2000 --active 40 --segments 1000 --threshold half --error 1e-9",
          "The smallest segment."),
        .init(
          "neuropil dendrites plan --find threshold --cells 2000 --active 40 --synapses 20 --noise 10",
          "The best threshold under noise."),
        .init(
          "neuropil dendrites plan --find patterns --cells 2000 --active 40 --synapses 20 --threshold 12 --error 1e-6",
          "The largest union."),
      ])
  }
  @Option("What is looked for.") var find: Quantity
  @Option("The largest acceptable probability; the best threshold under noise needs none.")
  var error: Double?
  @Option("Cells in the population, n.") var cells: Int?
  @Option("Active cells, a.") var active: Int
  @Option("Synapses, s.") var synapses: Int?
  @Option("Active synapses that make a match.", valueName: "T|half") var threshold: ThresholdRule?
  @Option("Segments of which any may match, M.") var segments = 1
  @Option("Active cells of the segment's own pattern that noise moves, v.") var noise: Int?
  @OptionGroup var common: CommonOptions

  private func given<Value>(_ value: Value?, _ name: String) throws -> Value {
    guard let value else {
      throw UsageError(
        "--\(name) is missing: --find \(find.rawValue) needs it", command: "neuropil dendrites plan")
    }
    return value
  }

  func run() throws {
    let isBalance = find == .threshold && noise != nil
    // A balance of both errors has no target; any fraction does.
    let planner = try Planner(error: isBalance ? error ?? 0.5 : given(error, "error"), segments: segments)
    var answer: Planner.Answer
    var missed: TailProbability?
    switch find {
    case .synapses:
      answer = try planner.smallestSynapses(
        cells: given(cells, "cells"), active: active, threshold: given(threshold, "threshold"), noise: noise)
    case .threshold:
      if let noise {
        let best = try planner.bestThreshold(
          cells: given(cells, "cells"), active: active, synapses: given(synapses, "synapses"), noise: noise)
        (answer, missed) = (best.answer, best.falseNegative)
        let total = best.answer.probability + best.falseNegative
        if let error, total.value > error {
          Terminal.warn(
            "even the best threshold errs with probability \(total.text(digits: 3)), above \(error)",
            quiet: common.quiet)
        }
      } else {
        answer = try planner.smallestThreshold(
          cells: given(cells, "cells"), active: active, synapses: given(synapses, "synapses"))
      }
    case .cells:
      answer = try planner.smallestCells(
        active: active, synapses: given(synapses, "synapses"), threshold: given(threshold, "threshold"))
    case .patterns:
      answer = try planner.largestUnion(
        cells: given(cells, "cells"), active: active, synapses: given(synapses, "synapses"),
        threshold: given(threshold, "threshold"))
    case .segments:
      let synapses = try given(synapses, "synapses")
      answer = try planner.largestSegments(
        cells: given(cells, "cells"), active: active, synapses: synapses,
        threshold: given(threshold, "threshold").threshold(synapses: synapses))
    }
    if common.json {
      var result = ["probability": answer.probability.value, "threshold": Double(answer.threshold)]
      result[find.rawValue] = Double(answer.quantity)
      if !answer.probability.isZero { result["log10Probability"] = answer.probability.log10 }
      if let missed { result["falseNegative"] = missed.value }
      return print(JSONText.encode(result))
    }
    show(
      0, json: false,
      [(find.rawValue, "\(answer.quantity)")]
        + (find == .threshold ? [] : [("threshold", "\(answer.threshold)")])
        + [("false match", answer.probability.text())] + (missed.map { [("missed", $0.text())] } ?? []))
  }
}
