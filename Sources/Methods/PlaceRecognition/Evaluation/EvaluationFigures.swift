import Figures

extension SimilarityMatrix {
  /// The matrix as a grey picture, `[query, place]`: white for the largest score.
  public var picture: [UInt8] {
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    return values.map { high > low ? UInt8(255 * ($0 - low) / (high - low)) : 0 }
  }

  /// The matrix as a figure.
  public var figure: Figure {
    Figure(
      id: "similarity", title: "Similarity of queries and places",
      caption: "A row for each query, a column for each place. A bright diagonal is a route recognised.",
      x: Axis("place"), y: Axis("query"), marks: [Mark("", .heatMap(values: values, columns: places))])
  }
}

extension PlaceEvaluation {
  /// Precision against recall.
  public var figure: Figure {
    Figure(
      id: "precision-recall", title: "Precision and recall",
      caption: "Over thresholds of the best match's distance.",
      x: Axis("recall", range: 0...1), y: Axis("precision", range: 0...1.02),
      marks: [Mark("", .line(x: recall, y: precision))])
  }
}
