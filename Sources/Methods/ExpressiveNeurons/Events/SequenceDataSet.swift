import NeuralData

/// Inputs with what a neuron should answer.
public struct SequenceDataSet: Sendable, Hashable {
  /// What should be answered.
  public enum Targets: Sendable, Hashable {
    /// An answer at every step: for each sample `[step, output]`. For a neuron's data output 0 is the spike (0 or 1) and
    /// output 1 the voltage in units of ``VoltageScale``.
    case traces([[Float]], outputs: Int)
    /// One class for each sample.
    case labels([Int], classes: Int)
  }

  /// The meaning of a voltage target: `mV = offset + unit · target`.
  public struct VoltageScale: Sendable, Hashable, Codable {
    /// Millivolts of target 0.
    public var offset: Double
    /// Millivolts of a step of 1.
    public var unit: Double

    /// A scale.
    public init(offset: Double, unit: Double) { (self.offset, self.unit) = (offset, unit) }

    /// NeuronIO's: tenths of millivolts above −67.7 mV, voltages cut at −55 mV.
    public static let neuronIO = VoltageScale(offset: -67.7, unit: 10)
  }

  /// One input for each sample; channels are equal, steps may differ for ``Targets/labels(_:classes:)``.
  public let inputs: [EventSequence]
  /// What should be answered.
  public let targets: Targets
  /// What a voltage target means; `nil` when the outputs are not a spike and a voltage.
  public let voltage: VoltageScale?

  /// Inputs and answers.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when they do not fit each other.
  public init(_ inputs: [EventSequence], _ targets: Targets, voltage: VoltageScale? = nil)
    throws(ExpressiveNeuronError)
  {
    guard let first = inputs.first else { throw .badData("the data set has no samples") }
    for (index, input) in inputs.enumerated() where input.channels != first.channels {
      throw .badData("sample \(index) has \(input.channels) channels, but the first has \(first.channels)")
    }
    switch targets {
    case .traces(let traces, let outputs):
      guard traces.count == inputs.count, outputs >= 1 else {
        throw .badData("there are \(inputs.count) inputs and \(traces.count) targets")
      }
      for (index, trace) in traces.enumerated() {
        guard trace.count == inputs[index].steps * outputs else {
          throw .badData(
            "the target of sample \(index) has \(trace.count) numbers, but \(inputs[index].steps) steps of \(outputs) outputs are needed"
          )
        }
        if let place = trace.firstIndex(where: { !$0.isFinite }) {
          throw .badData(
            "the target of sample \(index) is \(trace[place]) at step \(place / outputs), output \(place % outputs)"
          )
        }
      }
      if voltage != nil, outputs != 2 {
        throw .badData("a spike and a voltage are two outputs, but the targets have \(outputs)")
      }
    case .labels(let labels, let classes):
      guard labels.count == inputs.count, classes >= 1 else {
        throw .badData("there are \(inputs.count) inputs and \(labels.count) labels")
      }
      if let index = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) {
        throw .badData(
          "the label of sample \(index) is \(labels[index]), but there are classes 0 to \(classes - 1)")
      }
    }
    (self.inputs, self.targets, self.voltage) = (inputs, targets, voltage)
  }

  /// Number of samples.
  public var count: Int { inputs.count }
  /// Number of input channels.
  public var channels: Int { inputs[0].channels }
  /// Number of outputs a neuron for this data needs.
  public var outputs: Int {
    switch targets {
    case .traces(_, let outputs): outputs
    case .labels(_, let classes): classes
    }
  }

  /// Some of the samples.
  public func subset(_ indices: [Int]) -> SequenceDataSet {
    let chosen: Targets =
      switch targets {
      case .traces(let traces, let outputs): .traces(indices.map { traces[$0] }, outputs: outputs)
      case .labels(let labels, let classes): .labels(indices.map { labels[$0] }, classes: classes)
      }
    return try! SequenceDataSet(indices.map { inputs[$0] }, chosen, voltage: voltage)
  }
}

extension SequenceDataSet {
  /// Reads an npz archive: the event arrays of ``EventFile`` with the sequences' steps one after the other, `steps`
  /// `[sample]`, `channels`, and either `target` `[all steps, output]` with an optional `voltage` = (offset, unit) in mV, or
  /// `label` `[sample]` with `classes`.
  ///
  /// - Throws: `FileError`.
  public init(path: String) throws(FileError) {
    let arrays = try NPZ.read(path)
    let steps: [Int] = try arrays.vector("steps", in: path)
    let time: [Int] = try arrays.vector("time", in: path)
    let channels: Int = try arrays.scalar("channels", in: path)
    guard steps.allSatisfy({ $0 >= 0 && $0 <= 1 << 28 }) else {
      throw FileError(.damaged, path, at: "array 'steps'", "a number of steps is negative or too large")
    }
    let total = steps.reduce(0, +)
    let all = try EventFile.sequence(arrays, time: time, steps: total, channels: channels, path: path)
    var inputs: [EventSequence] = []
    var start = 0
    for length in steps {
      inputs.append(all.window(from: start, length: length))
      start += length
    }
    let targets: Targets
    var scale: VoltageScale?
    if arrays["label"] != nil {
      targets = .labels(
        try arrays.vector("label", in: path, count: steps.count),
        classes: try arrays.scalar("classes", in: path))
    } else {
      let array = try arrays.member("target", in: path)
      guard array.shape.count == 2 else {
        throw FileError(
          .mismatched, path, at: "array 'target'", "its shape is \(array.shape)",
          expected: "[\(total), outputs]")
      }
      let outputs = array.shape[1]
      let numbers = try arrays.numbers("target", in: path, shape: [total, outputs])
      start = 0
      var traces: [[Float]] = []
      for length in steps {
        traces.append(Array(numbers[(start * outputs)..<((start + length) * outputs)]))
        start += length
      }
      targets = .traces(traces, outputs: outputs)
      if arrays["voltage"] != nil {
        let numbers = try arrays.numbers("voltage", in: path, shape: [2])
        scale = VoltageScale(offset: Double(numbers[0]), unit: Double(numbers[1]))
      }
    }
    do { try self.init(inputs, targets, voltage: scale) } catch {
      throw FileError(.damaged, path, error.description)
    }
  }

  /// Writes an npz archive, atomically.
  public func write(to path: String) throws(FileError) {
    var arrays = EventFile.members(of: inputs)
    arrays["steps"] = NumericArray(inputs.map(\.steps))
    arrays["channels"] = NumericArray([channels], shape: [])
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
}

extension [String: NumericArray] {
  /// One whole number.
  func scalar(_ name: String, in path: String) throws(FileError) -> Int {
    let array = try member(name, in: path)
    guard array.count == 1, let value = try? array.values(as: Int.self)[0] else {
      throw FileError(
        .mismatched, path, at: "array '\(name)'", "its shape is \(array.shape)", expected: "one whole number")
    }
    return value
  }
}
