/// The receiver operating characteristic of a score against binary labels.
public struct ReceiverOperatingCurve: Sendable, Hashable {
  /// False positive rate at each threshold, rising.
  public let falsePositiveRates: [Double]
  /// True positive rate at each threshold.
  public let truePositiveRates: [Double]

  /// The curve over all thresholds; points on a straight run are left out, as scikit-learn does.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when all labels are equal or a score is not finite.
  public init(scores: [Float], labels: [Bool]) throws(ExpressiveNeuronError) {
    precondition(scores.count == labels.count, "ReceiverOperatingCurve: one label for each score")
    let positives = labels.count { $0 }
    guard positives > 0, positives < labels.count else {
      throw .badData(
        "the area under the ROC curve is undefined: \(positives == 0 ? "no" : "every") label of \(labels.count) is a spike"
      )
    }
    if let place = scores.firstIndex(where: { !$0.isFinite }) {
      throw .badData("score \(place) is \(scores[place])")
    }
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var counts: [(fp: Int, tp: Int)] = []
    var (fp, tp) = (0, 0)
    for (place, index) in order.enumerated() {
      if labels[index] { tp += 1 } else { fp += 1 }
      if place == order.count - 1 || scores[order[place + 1]] != scores[index] { counts.append((fp, tp)) }
    }
    let kept = counts.indices.filter { k in
      guard k > 0, k < counts.count - 1 else { return true }
      return counts[k + 1].fp - 2 * counts[k].fp + counts[k - 1].fp != 0
        || counts[k + 1].tp - 2 * counts[k].tp + counts[k - 1].tp != 0
    }
    falsePositiveRates = [0] + kept.map { Double(counts[$0].fp) / Double(labels.count - positives) }
    truePositiveRates = [0] + kept.map { Double(counts[$0].tp) / Double(positives) }
  }

  /// Area under the curve, by trapezoids.
  public var area: Double {
    var sum = 0.0
    for k in 1..<falsePositiveRates.count {
      let width = falsePositiveRates[k] - falsePositiveRates[k - 1]
      sum += width * (truePositiveRates[k] + truePositiveRates[k - 1]) / 2
    }
    return sum
  }

  /// True positive rate at the point whose false positive rate is nearest to `rate`, the corner at 0 left out.
  public func truePositiveRate(atFalsePositiveRate rate: Double) -> Double {
    let nearest = (1..<falsePositiveRates.count).min {
      abs(falsePositiveRates[$0] - rate) < abs(falsePositiveRates[$1] - rate)
    }!
    return truePositiveRates[nearest]
  }

  /// Mean true positive rate over false positive rates below `rate`, on the published evaluator's grid of 20,000 points.
  public func meanTruePositiveRate(belowFalsePositiveRate rate: Double) -> Double {
    let points = (0..<20_000).map { Double($0) / 19_999 }.filter { $0 < rate }
    var segment = 1
    var sum = 0.0
    for x in points {
      while segment < falsePositiveRates.count - 1, falsePositiveRates[segment] <= x { segment += 1 }
      let (x0, x1) = (falsePositiveRates[segment - 1], falsePositiveRates[segment])
      let (y0, y1) = (truePositiveRates[segment - 1], truePositiveRates[segment])
      sum += x1 > x0 ? y0 + (y1 - y0) * (x - x0) / (x1 - x0) : y1
    }
    return sum / Double(max(1, points.count))
  }
}
