import Parallel

/// How well a model tells classes apart.
public struct ClassEvaluation: Sendable, Hashable, Codable {
  /// Share of samples, or pairs of them, whose class has the largest last output.
  public var accuracy: Double
  /// The class given to every sample, or pair of samples.
  public var predictions: [Int]

  /// Evaluates a model on labelled sequences.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when the data have no labels or do not fit the model.
  public init(_ model: SequenceModel, on data: SequenceDataSet, threads: Int = availableThreads) throws {
    guard case .labels(let labels, _) = data.targets else {
      throw ExpressiveNeuronError.badData("the data have no labels")
    }
    try model.validate(for: data)
    var towers: TwoTowers?
    if case .towers(let model) = model { towers = model }
    let count = towers?.encoder.configuration.outputs ?? model.outputs
    let last = try model.outputs(data.inputs, threads: threads).map { Array($0.suffix(count)) }
    let answers =
      towers.map { towers in
        stride(from: 0, to: last.count, by: 2).map { towers.compare(last[$0], last[$0 + 1]) }
      } ?? last
    let predictions = answers.map { answer in answer.indices.max { answer[$0] < answer[$1] }! }
    let right = predictions.indices.count { predictions[$0] == labels[$0 * data.samplesPerQuestion] }
    self.predictions = predictions
    accuracy = Double(right) / Double(predictions.count)
  }
}
