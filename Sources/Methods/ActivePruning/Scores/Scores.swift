/// Scores by which weights are pruned, lowest first.
public enum Scores {
  /// `|w|`
  public static func magnitude(_ weights: [Float]) -> [Float] { weights.map(abs) }

  /// `|w · ∂L/∂w|`, what the loss would change by to first order.
  public static func gradient(_ weights: [Float], gradients: [Float]) -> [Float] {
    precondition(weights.count == gradients.count, "gradient: there must be a gradient for each weight")
    return zip(weights, gradients).map { abs($0 * $1) }
  }

  /// `|w − v|`, how far weights moved from `earlier`.
  public static func movement(_ weights: [Float], from earlier: [Float]) -> [Float] {
    precondition(weights.count == earlier.count, "movement: there must be an earlier weight for each weight")
    return zip(weights, earlier).map { abs($0 - $1) }
  }

  /// The square of a weight over the sum of squares of its layer's weights that are not smaller (Lee et al. 2021).
  ///
  /// Only weights that are alive count. Within a layer the order is that of magnitudes; the scores say how the layers
  /// share what is pruned.
  public static func layerAdaptiveMagnitude(_ weights: [Float], mask: Mask) -> [Float] {
    precondition(
      weights.count == mask.table.count, "layerAdaptiveMagnitude: there must be a number for each weight")
    var scores = [Float](repeating: 0, count: weights.count)
    for part in mask.table.parts {
      let alive = part.places.filter { mask.isAlive[$0] == 1 }.sorted { abs(weights[$0]) > abs(weights[$1]) }
      var sum = 0.0
      var start = 0
      while start < alive.count {
        let size = abs(weights[alive[start]])
        var end = start
        while end < alive.count, abs(weights[alive[end]]) == size { end += 1 }
        let square = Double(size) * Double(size)
        sum += square * Double(end - start)
        for place in start..<end { scores[alive[place]] = sum > 0 ? Float(square / sum) : 0 }
        start = max(end, start + 1)  // a weight that is not a number equals nothing, itself included
      }
    }
    return scores
  }
}
