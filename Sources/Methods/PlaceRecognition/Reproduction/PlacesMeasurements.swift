import Foundation
import Laboratory
import Probability

/// What routes gave, put beside the claims.
struct PlacesMeasurements {
  var size: RouteSize
  var outcomes: [RouteOutcome]
  /// Windows of photographs; `nil` when they are not installed.
  var windows: RouteOutcome?
  var kernels: KernelComparison
  var scope: String

  /// A measurement for each claim's name.
  var all: [String: Laboratory.Measurement] {
    var result = [
      "places.previous": compared(
        \.single, "against, in a single network,", above: 0,
        note: "The single network has a neuron a place and weighted assignment. "),
      "places.previous-together": compared(
        \.singleTogether, "against, in a single network,", above: 0,
        note: "The single network has \(size.neuronsTogether) neurons and weighted assignment. "),
      "places.scalable": compared(
        \.within, "of all regions against, within each query's own,", above: -0.1, note: ""),
      "places.removal": compared(
        \.plain, "against, with all neurons,", above: 0,
        note:
          "Thresholds \(outcomes.map { "\($0.threshold)" }.joined(separator: ", ")) (0: none is left out) were chosen on \(size.calibration) other places of the summer drive. \(removalOnPhotographs)"
      ),
      "places.pixels": compared(\.pixels, "against, by pixel differences,", above: -0.05, note: ""),
      "places.graded": difference(
        of: \.graded, from: \.modular, "in the successor against, in modules,", above: -0.05,
        note: "The successor takes the modules' preprocessed pictures. "),
      "places.descriptors": needed(
        "Supply NetVLAD or DenseVLAD descriptors: neuropil places baseline --reference-descriptors FILE --query-descriptors FILE"
      ),
      "places.nordland": needed(
        "Supply the Nordland pictures: neuropil places build --reference LIST --skip 8 --places 3300"),
    ]
    result["places.photographs"] = photographs
    result["places.kernels"] = kernels.measurement
    return result
  }

  private func needed(_ note: String) -> Laboratory.Measurement {
    Laboratory.Measurement(nil, text: "not measured", note: note)
  }

  /// The modules less another method, which they are said to surpass (bound 0) or to come near.
  private func compared(
    _ other: KeyPath<RouteOutcome, Recognitions>, _ words: String, above bound: Double, note: String
  ) -> Laboratory.Measurement {
    difference(of: \.modular, from: other, words, above: bound, note: note)
  }

  /// The difference of recall@1 over all drives and seeds: it lies above a bound, below it, or, where its interval
  /// holds the bound, is undecided.
  private func difference(
    of ours: KeyPath<RouteOutcome, Recognitions>, from other: KeyPath<RouteOutcome, Recognitions>,
    _ words: String, above bound: Double, note: String
  ) -> Laboratory.Measurement {
    let pairs = PairedProportions(
      outcomes.flatMap { $0[keyPath: ours].joined() },
      against: outcomes.flatMap { $0[keyPath: other].joined() })
    let interval = pairs.interval()
    func number(_ value: Double) -> String { String(format: "%+.3f", value) }
    let ends = "[\(number(interval.lowerBound)), \(number(interval.upperBound))]"
    let text = "\(number(pairs.difference)) \(ends): recall@1 \(drives(ours)) \(words) \(drives(other))"
    let limit = bound == 0 ? "0" : number(bound)
    let note =
      note + "The interval is over \(pairs.pairs) queries of the same maps; the bound is \(limit). " + scope
    return interval.contains(bound)
      ? Laboratory.Measurement(undecided: text, note: note)
      : Laboratory.Measurement(holds: pairs.difference > bound, text: text, note: note)
  }

  /// Recall of each query drive, mean over seeds.
  private func drives(_ method: KeyPath<RouteOutcome, Recognitions>) -> String {
    list(RouteDrives.queries.indices.map { drive in outcomes.flatMap { $0[keyPath: method][drive] } })
  }

  private var removalOnPhotographs: String {
    windows.map {
      "On windows of photographs, threshold \($0.threshold): recall@1 \(list($0.modular)) against \(list($0.plain)). "
    } ?? ""
  }

  private func list(_ drives: Recognitions) -> String {
    drives.map { String(format: "%.3f", recall($0)) }.joined(separator: ", ")
  }

  private func recall(_ recognised: [Bool]) -> Double {
    Double(recognised.count { $0 }) / Double(recognised.count)
  }

  private var photographs: Laboratory.Measurement {
    guard let windows else { return needed("Run 'make deps' for the sample photographs.") }
    let texts = [
      list(windows.modular), "with all neurons " + list(windows.plain),
      "within each region " + list(windows.within), "in a single network " + list(windows.singleTogether),
      "by pixel differences " + list(windows.pixels), "by graded spikes " + list(windows.graded),
    ]
    return Laboratory.Measurement(
      recall(windows.modular[0]), text: "recall@1 " + texts.joined(separator: "; "),
      note:
        "In summer, winter and dusk. \(windows.similarity.places) windows cut out of scikit-learn's sample photographs (china.jpg, flower.jpg), and others for calibration (threshold \(windows.threshold)); the seasons are simulated on top. Windows of sky and of blurred ground have no contrast but noise and season."
    )
  }
}
