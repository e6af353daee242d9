import NeuralData

extension SequenceDataSet {
  /// Reads an npz archive: the event arrays of ``EventFile`` with the sequences' steps one after the other, `steps`
  /// `[sample]`, `channels`, and either `target` `[all steps, output]` with an optional `voltage` = (offset, unit) in mV, or
  /// `label` `[sample]` with `classes`, and `paired` of 1 where two samples in a row are one question.
  ///
  /// - Throws: `FileError`.
  public init(path: String) throws(FileError) {
    let arrays = try NPZ.read(path)
    let inputs = try EventFile.sequences(arrays, path: path)
    let targets: Targets
    var scale: VoltageScale?
    if arrays["label"] != nil {
      targets = .labels(
        try arrays.vector("label", in: path, count: inputs.count),
        classes: try arrays.scalar("classes", in: path))
    } else {
      let array = try arrays.member("target", in: path)
      let total = inputs.reduce(0) { $0 + $1.steps }
      guard array.shape.count == 2, array.shape[0] == total else {
        throw FileError(
          .mismatched, path, at: "array 'target'", "its shape is \(array.shape)",
          expected: "[\(total), outputs]")
      }
      let outputs = array.shape[1]
      let numbers = try arrays.numbers("target", in: path, shape: [total, outputs])
      var start = 0
      var traces: [[Float]] = []
      for input in inputs {
        traces.append(Array(numbers[(start * outputs)..<((start + input.steps) * outputs)]))
        start += input.steps
      }
      targets = .traces(traces, outputs: outputs)
      if let array = arrays["voltage"] {
        guard array.shape == [2], let numbers = try? array.values(as: Double.self) else {
          throw FileError(
            .mismatched, path, at: "array 'voltage'", "its shape is \(array.shape)",
            expected: "two numbers: offset and unit in mV")
        }
        scale = VoltageScale(offset: numbers[0], unit: numbers[1])
      }
    }
    let isPaired = arrays["paired"] == nil ? false : try arrays.scalar("paired", in: path) != 0
    do { try self.init(inputs, targets, voltage: scale, isPaired: isPaired) } catch {
      throw FileError(.damaged, path, error.description)
    }
  }

  /// Writes an npz archive, atomically.
  public func write(to path: String) throws(FileError) {
    var arrays = EventFile.members(of: inputs)
    arrays["steps"] = NumericArray(inputs.map(\.steps))
    arrays["channels"] = NumericArray([channels], shape: [])
    if isPaired { arrays["paired"] = NumericArray([1], shape: []) }
    switch targets {
    case .labels(let labels, let classes):
      arrays["label"] = NumericArray(labels)
      arrays["classes"] = NumericArray([classes], shape: [])
    case .traces(let traces, let outputs):
      let numbers = traces.flatMap { $0 }
      arrays["target"] = NumericArray(numbers, shape: [numbers.count / outputs, outputs])
      if let voltage { arrays["voltage"] = NumericArray([voltage.offset, voltage.unit]) }
    }
    try NPZ.write(arrays, to: path, compressed: true)
  }

  /// Data sets one after the other.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when their answers are of different kinds or there is none.
  public static func joined(_ parts: [SequenceDataSet]) throws(ExpressiveNeuronError) -> SequenceDataSet {
    guard let first = parts.first else { throw .badData("the data set has no samples") }
    var (traces, labels): ([[Float]], [Int]) = ([], [])
    for part in parts {
      switch (first.targets, part.targets) {
      case (.traces(_, let outputs), .traces(let more, let others)) where outputs == others: traces += more
      case (.labels(_, let classes), .labels(let more, let others)) where classes == others: labels += more
      default: throw .badData("data sets with different answers cannot be joined")
      }
    }
    let targets: Targets =
      switch first.targets {
      case .traces(_, let outputs): .traces(traces, outputs: outputs)
      case .labels(_, let classes): .labels(labels, classes: classes)
      }
    return try SequenceDataSet(
      parts.flatMap(\.inputs), targets, voltage: first.voltage, isPaired: first.isPaired)
  }
}
