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
      "places.previous": surpassed(
        \.single, "against, in a single network,",
        note: "The single network has a neuron a place and weighted assignment. "),
      "places.previous-together": surpassed(
        \.singleTogether, "against, in a single network,",
        note: "The single network has \(size.neuronsTogether) neurons and weighted assignment. "),
      "places.scalable": compared(\.within, "of all regions against, within each query's own,", note: ""),
      "places.removal": surpassed(
        \.plain, "against, with all neurons,",
        note:
          "Thresholds \(outcomes.map { "\($0.threshold)" }.joined(separator: ", ")) (0: none is left out) were chosen on \(size.calibration) other places of the summer drive. \(removalOnPhotographs)"
      ),
      "places.pixels": compared(\.pixels, "against, by pixel differences,", note: ""),
      "places.graded": difference(
        of: \.graded, from: \.modular, "in the successor against, in modules,",
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

  /// The modules less another method that they are said to surpass; where both are right everywhere the route cannot
  /// tell.
  private func surpassed(_ other: KeyPath<RouteOutcome, [Double]>, _ words: String, note: String)
    -> Laboratory.Measurement
  {
    var result = compared(other, words, note: note)
    if outcomes.allSatisfy({ ($0.modular + $0[keyPath: other]).allSatisfy { $0 == 1 } }) {
      result.value = nil
      result.isUndecided = true
      result.note = "Both are right everywhere: a harder route is needed to tell. " + result.note
    }
    return result
  }

  /// The modules less another method.
  private func compared(_ other: KeyPath<RouteOutcome, [Double]>, _ words: String, note: String)
    -> Laboratory.Measurement
  {
    difference(of: \.modular, from: other, words, note: note)
  }

  /// The mean difference over drives and seeds.
  private func difference(
    of ours: KeyPath<RouteOutcome, [Double]>, from other: KeyPath<RouteOutcome, [Double]>, _ words: String,
    note: String
  ) -> Laboratory.Measurement {
    let first: [Double] = outcomes.flatMap { $0[keyPath: ours] }
    let second: [Double] = outcomes.flatMap { $0[keyPath: other] }
    return Laboratory.Measurement(
      mean(first) - mean(second), text: "recall@1 " + drives(ours) + " " + words + " " + drives(other),
      note: note + scope)
  }

  /// Recall of each query drive, mean over seeds.
  private func drives(_ method: KeyPath<RouteOutcome, [Double]>) -> String {
    let texts: [String] = RouteDrives.queries.indices.map { drive in
      String(format: "%.3f", mean(outcomes.map { $0[keyPath: method][drive] }))
    }
    return texts.joined(separator: ", ")
  }

  private var removalOnPhotographs: String {
    windows.map {
      "On windows of photographs, threshold \($0.threshold): recall@1 \(list($0.modular)) against \(list($0.plain)). "
    } ?? ""
  }

  private func list(_ values: [Double]) -> String {
    values.map { String(format: "%.3f", $0) }.joined(separator: ", ")
  }

  private var photographs: Laboratory.Measurement {
    guard let windows else { return needed("Run 'make deps' for the sample photographs.") }
    let texts = [
      list(windows.modular), "with all neurons " + list(windows.plain),
      "within each region " + list(windows.within), "in a single network " + list(windows.singleTogether),
      "by pixel differences " + list(windows.pixels), "by graded spikes " + list(windows.graded),
    ]
    return Laboratory.Measurement(
      windows.modular[0], text: "recall@1 " + texts.joined(separator: "; "),
      note:
        "In summer, winter and dusk. \(windows.similarity.places) windows cut out of scikit-learn's sample photographs (china.jpg, flower.jpg), and others for calibration (threshold \(windows.threshold)); the seasons are simulated on top. Windows of sky and of blurred ground have no contrast but noise and season."
    )
  }
}
