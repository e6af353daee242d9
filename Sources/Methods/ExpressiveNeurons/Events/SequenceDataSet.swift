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
  /// Whether samples 2k and 2k + 1 are one question, read by two towers, and carry its one label both.
  public let isPaired: Bool

  /// Inputs and answers.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when they do not fit each other.
  public init(
    _ inputs: [EventSequence], _ targets: Targets, voltage: VoltageScale? = nil, isPaired: Bool = false
  ) throws(ExpressiveNeuronError) {
    guard let first = inputs.first else { throw .badData("the data set has no samples") }
    for (index, input) in inputs.enumerated() where input.channels != first.channels {
      throw .badData("sample \(index) has \(input.channels) channels, but the first has \(first.channels)")
    }
    if let index = inputs.firstIndex(where: { $0.steps == 0 }) {
      throw .badData("sample \(index) has no steps")
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
    if isPaired {
      guard case .labels(let labels, _) = targets, labels.count % 2 == 0 else {
        throw .badData("pairs are labelled samples, an even number of them, but there are \(inputs.count)")
      }
      if let first = stride(from: 0, to: labels.count, by: 2).first(where: { labels[$0] != labels[$0 + 1] }) {
        throw .badData("samples \(first) and \(first + 1) are a pair, but have different labels")
      }
    }
    (self.inputs, self.targets, self.voltage) = (inputs, targets, voltage)
    self.isPaired = isPaired
  }

  /// Samples that make one question: 2 of pairs.
  var samplesPerQuestion: Int { isPaired ? 2 : 1 }

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

  /// Some of the samples; of pairs, whole ones.
  public func subset(_ indices: [Int]) -> SequenceDataSet {
    let chosen: Targets =
      switch targets {
      case .traces(let traces, let outputs): .traces(indices.map { traces[$0] }, outputs: outputs)
      case .labels(let labels, let classes): .labels(indices.map { labels[$0] }, classes: classes)
      }
    return try! SequenceDataSet(indices.map { inputs[$0] }, chosen, voltage: voltage, isPaired: isPaired)
  }
}
