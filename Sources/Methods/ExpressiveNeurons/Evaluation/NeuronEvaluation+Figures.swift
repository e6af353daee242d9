import Figures

extension NeuronEvaluation {
  /// Predicted and recorded voltage and spikes of the first scored recordings, and the ROC curve.
  ///
  /// - Parameter data: the recordings that were evaluated.
  public func figures(of data: SequenceDataSet) -> [Figure] {
    guard case .traces(let traces, _) = data.targets, let scale = data.voltage else { return [] }
    var figures = recordings.prefix(3).map { recording in
      let steps = data.inputs[recording].steps
      let from = max(0, steps - 2000)
      let time = (from..<steps).map(Double.init)
      let target = (from..<steps).map { scale.offset + scale.unit * Double(traces[recording][2 * $0 + 1]) }
      return Figure(
        id: "recording-\(recording)", title: "Recording \(recording)",
        caption:
          "The last \(steps - from) steps: voltage above, probability of a spike and recorded spikes below.",
        panels: [
          Panel(
            title: "Voltage", x: Axis("time (steps)"), y: Axis("voltage (mV)"),
            marks: [
              Mark("recorded", .line(x: time, y: target)),
              Mark("predicted", .line(x: time, y: Array(voltages[recording][from...]))),
            ]),
          Panel(
            title: "Spikes", x: Axis("time (steps)"), y: Axis("probability"),
            marks: [
              Mark(
                "recorded", .line(x: time, y: (from..<steps).map { Double(traces[recording][2 * $0]) })),
              Mark("predicted", .line(x: time, y: spikeProbabilities[recording][from...].map(Double.init))),
            ]),
        ], columns: 1)
    }
    if let curve {
      figures.append(
        Figure(
          id: "roc", title: "Receiver operating characteristic", x: Axis("false positive rate"),
          y: Axis("true positive rate"),
          marks: [Mark("spikes", .line(x: curve.falsePositiveRates, y: curve.truePositiveRates))]))
    }
    return figures
  }
}
