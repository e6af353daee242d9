import Parallel

/// How a model's spikes and voltage are compared with a recorded neuron's.
public struct EvaluationPlan: Sendable, Hashable, Codable {
  /// Steps of a window in which the model starts from rest; one pass over the whole recording unless given.
  public var window: Int?
  /// First steps of every window but the first that are not used.
  public var burnIn: Int
  /// First steps of every recording that are not scored.
  public var skip: Int
  /// Whether the predicted voltage of all scored steps is moved and stretched to the target's mean and deviation, which
  /// flatters.
  public var restandardises: Bool
  /// Recordings with more spikes are left out.
  public var mostSpikes: Int

  /// A plan; settings that are not given are the published evaluator's, but for the flattering one and the windows.
  public init(
    window: Int? = nil, burnIn: Int = 150, skip: Int = 500, restandardises: Bool = false, mostSpikes: Int = 24
  ) {
    self.window = window
    self.burnIn = burnIn
    self.skip = skip
    self.restandardises = restandardises
    self.mostSpikes = mostSpikes
  }

  /// The published evaluator: windows of 500 steps, re-standardised voltages.
  public static let published = EvaluationPlan(window: 500, restandardises: true)

  /// Windows over `steps` steps: where each begins, and which steps it answers.
  public static func windows(steps: Int, length: Int, burnIn: Int) throws(ExpressiveNeuronError) -> [(
    start: Int, answers: Range<Int>
  )] {
    guard length > burnIn, burnIn >= 0 else {
      throw .inconsistent("the window of \(length) steps must be longer than the burn-in of \(burnIn) steps")
    }
    if steps <= length { return [(0, 0..<steps)] }
    let stride = length - burnIn
    let count = 2 + (steps - length) / stride
    return (0..<count).compactMap { window in
      let start = window * stride
      let answers = (window == 0 ? 0 : start + burnIn)..<min(steps, start + length)
      return answers.isEmpty ? nil : (start, answers)
    }
  }
}

/// A model's spikes and voltage beside a recorded neuron's.
public struct NeuronEvaluation: Sendable, Hashable {
  /// Area under the ROC curve of the spikes; `nil` when all steps are alike.
  public var areaUnderCurve: Double?
  /// The ROC curve.
  public var curve: ReceiverOperatingCurve?
  /// How well the voltage is predicted, in mV.
  public var voltage: VoltageScore
  /// Recordings that were scored.
  public var recordings: [Int]
  /// How well the voltage of each of them is predicted, in mV, without re-standardisation.
  public var recordingVoltages: [VoltageScore]
  /// Predicted spike probability of every recording, `[time]`.
  public var spikeProbabilities: [[Float]]
  /// Predicted voltage of every recording in mV, `[time]`.
  public var voltages: [[Double]]

  /// Evaluates a model on recordings of spikes and voltages.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when the data have no voltage, are too short, or do not fit the model.
  public init(
    _ model: SequenceModel, on data: SequenceDataSet, plan: EvaluationPlan = EvaluationPlan(),
    threads: Int = availableThreads
  ) throws {
    guard case .traces(let traces, _) = data.targets, let scale = data.voltage else {
      throw ExpressiveNeuronError.badData("the data have no spikes and voltages to compare with")
    }
    try model.validate(for: data)
    if let index = data.inputs.firstIndex(where: { $0.steps <= plan.skip }) {
      throw ExpressiveNeuronError.badData(
        "recording \(index) has \(data.inputs[index].steps) steps, but the first \(plan.skip) are not scored; skip fewer"
      )
    }
    var pieces: [EventSequence] = []
    var places: [(recording: Int, start: Int, answers: Range<Int>)] = []
    for (recording, input) in data.inputs.enumerated() {
      let windows =
        try plan.window.map {
          try EvaluationPlan.windows(steps: input.steps, length: $0, burnIn: plan.burnIn)
        }
        ?? [(0, 0..<input.steps)]
      for (start, answers) in windows {
        pieces.append(
          plan.window == nil ? input : input.window(from: start, length: min(plan.window!, input.steps)))
        places.append((recording, start, answers))
      }
    }
    let outputs = try model.outputs(pieces, threads: threads)
    spikeProbabilities = data.inputs.map { [Float](repeating: 0, count: $0.steps) }
    voltages = data.inputs.map { [Double](repeating: 0, count: $0.steps) }
    for (place, output) in zip(places, outputs) {
      for step in place.answers {
        let row = 2 * (step - place.start)
        spikeProbabilities[place.recording][step] = probability(logit: output[row])
        voltages[place.recording][step] = scale.offset + scale.unit * Double(output[row + 1])
      }
    }
    var (scores, labels): ([Float], [Bool]) = ([], [])
    var (predicted, wanted): ([Double], [Double]) = ([], [])
    recordings = data.inputs.indices.filter { recording in
      let spikes = stride(from: 0, to: traces[recording].count, by: 2).count { traces[recording][$0] > 0.5 }
      return spikes <= plan.mostSpikes
    }
    guard !recordings.isEmpty else {
      throw ExpressiveNeuronError.badData(
        "every recording has more than \(plan.mostSpikes) spikes, so none is scored; allow more")
    }
    recordingVoltages = []
    for recording in recordings {
      let steps = data.inputs[recording].steps
      let target = (0..<steps).map { scale.offset + scale.unit * Double(traces[recording][2 * $0 + 1]) }
      let (own, answer) = (Array(voltages[recording][plan.skip...]), Array(target[plan.skip...]))
      recordingVoltages.append(VoltageScore(prediction: own, target: answer))
      predicted += own
      wanted += answer
      scores += spikeProbabilities[recording][plan.skip...]
      labels += (plan.skip..<steps).map { traces[recording][2 * $0] > 0.5 }
    }
    if plan.restandardises { predicted = VoltageScore.restandardised(prediction: predicted, target: wanted) }
    curve = try? ReceiverOperatingCurve(scores: scores, labels: labels)
    areaUnderCurve = curve?.area
    voltage = VoltageScore(prediction: predicted, target: wanted)
  }
}
