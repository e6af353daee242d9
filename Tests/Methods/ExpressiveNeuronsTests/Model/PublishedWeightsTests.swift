import ExpressiveNeurons
import Foundation
import NeuralData
import Testing

/// A fixture's path.
func fixture(_ name: String) -> String { Bundle.module.resourcePath! + "/Fixtures/" + name }

/// A published neuron.
func published(_ name: String) throws -> ELMNeuron {
  var configuration = PublishedWeights.Configuration()
  configuration.num_input = 1278
  (configuration.memory_tau_min, configuration.memory_tau_max) = (1, 150)
  if name == "best" { configuration.mlp_activation = .silu }
  return try PublishedWeights(NPZ.read(fixture("published_\(name).npz")), configuration: configuration)
    .neuron()
}

@Suite struct PublishedWeightsTests {
  /// Raw outputs of the published code at steps 0, 59, 99 and 199.
  @Test(
    "Acceptance case 8: raw outputs of the published weights",
    arguments: [
      ("1", [-12.053529, -0.843728, -13.42841, -1.09861, -2.85384, 0.86173, -13.69528, -1.14808]),
      ("20", [-5.495625, -1.013906, -15.56299, -1.17448, -2.82359, 1.2086, -17.43948, -1.51045]),
      ("best", [-7.986196, -0.955181, -14.0502, -1.17482, -2.08922, 1.13127, -15.86306, -1.57402]),
    ])
  func parity(name: String, wanted: [Float]) throws {
    var events: [(time: Int, channel: Int, value: Float)] = []
    for time in stride(from: 10, through: 58, by: 2) {
      events.append((time, 37 * time % 639, 1))
      events.append((time, 639 + 53 * time % 639, -1))
    }
    for time in 60..<100 {
      for channel in stride(from: 0, through: 580, by: 20) { events.append((time, channel, 1)) }
    }
    let input = try EventSequence(
      time: events.map(\.time), channel: events.map(\.channel), values: events.map(\.value), steps: 200,
      channels: 1278)
    let y = try SequenceModel.elm(published(name)).outputs([input])[0]
    for (place, step) in [0, 59, 99, 199].enumerated() {
      for output in 0..<2 {
        #expect(abs(y[2 * step + output] - wanted[2 * place + output]) <= 1e-4)
      }
    }
  }

  /// The recorded cell as a data set.
  static func recordings() throws -> SequenceDataSet {
    let arrays = try NPZ.read(fixture("neuronio_mini.npz"))
    var (inputs, traces): ([EventSequence], [[Float]]) = ([], [])
    for run in 0..<2 {
      let counts = try arrays["count\(run)"]!.values(as: Int.self)
      let channels = try arrays["ch\(run)"]!.values(as: Int.self)
      let voltage = try arrays["v\(run)"]!.values(as: Double.self)
      let spikes = Set(try arrays["spk\(run)"]!.values(as: Double.self).map { Int($0 - 0.5) })
      inputs.append(
        try EventSequence(
          time: counts.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) },
          channel: channels,
          values: channels.map { $0 < 639 ? 1 : -1 }, steps: counts.count, channels: 1278))
      traces.append(
        voltage.enumerated().flatMap {
          [spikes.contains($0.offset) ? 1 : 0, Float((min($0.element, -55) + 67.7) / 10)]
        })
    }
    return try SequenceDataSet(inputs, .traces(traces, outputs: 2), voltage: .neuronIO)
  }

  @Test(
    "Acceptance case 10: scores on the recorded cell",
    arguments: [("20", 0.576, 0.01, 95.3, 0.9932), ("1", 1.485, 0.02, 74.0, 0.9782)])
  func recordedCell(name: String, rmse: Double, tolerance: Double, explained: Double, area: Double) throws {
    let data = try Self.recordings()
    let model = SequenceModel.elm(try published(name))
    let raw = try NeuronEvaluation(model, on: data)
    #expect(close(raw.voltage.rmse, rmse, tolerance))
    #expect(close(raw.areaUnderCurve!, area, 0.001))
    let aligned = try NeuronEvaluation(model, on: data, plan: EvaluationPlan(restandardises: true))
    #expect(close(aligned.voltage.explainedVariance, explained, 0.1))
    let windows = try NeuronEvaluation(model, on: data, plan: .published)
    #expect(windows.areaUnderCurve! > area - 0.02 && windows.voltages[0].allSatisfy(\.isFinite))
  }

  @Test func sizesAreLookedForBesideTheWeights() {
    #expect(PublishedWeights.configurationPath(beside: "weights.pt") == "model_config.json")
    #expect(PublishedWeights.configurationPath(beside: "run/weights.pt") == "run/model_config.json")
  }

  /// The checkpoint as PyTorch wrote it, with the sizes beside it.
  @Test func checkpointIsReadAsData() throws {
    let folder = NSTemporaryDirectory() + "elm-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/weights.pt"
    try FileManager.default.copyItem(atPath: fixture("published_1.pt"), toPath: path)
    try #"{"num_input": 1278, "memory_tau_min": 1.0, "memory_tau_max": 150.0}"#.write(
      toFile: folder + "/model_config.json", atomically: true, encoding: .utf8)
    #expect(try ModelFile.read(path, lambda: nil) == .elm(published("1")))
    func refusal() -> String {
      do {
        _ = try ModelFile.read(path, lambda: nil)
        return "accepted"
      } catch { return "\(error)" }
    }
    try "{".write(toFile: folder + "/model_config.json", atomically: true, encoding: .utf8)
    #expect(
      refusal()
        == "\(folder)/model_config.json: is not the sizes of a published model; expected JSON such as {\"num_input\": 1278}"
    )
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    bytes.removeLast(300)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(refusal().hasPrefix("\(path)") && !refusal().contains("\n"))
  }

  /// `make_damaged_checkpoints.py` made them from the sound one.
  @Test(arguments: [
    ("foreign_class", "the class 'posix.system' cannot be read"),
    ("missing_array", "'w_y.bias' is missing; expected the weights of an expressive leaky memory neuron"),
    ("lying_size", "the compressed data hold more than they are said to; expected 4 bytes"),
  ])
  func damagedCheckpoints(name: String, words: String) throws {
    let path = fixture(name + ".pt")
    let error = #expect(throws: FileError.self) { try ModelFile.read(path, lambda: nil) }
    let text = try #require(error).description
    #expect(text.hasPrefix(path) && text.contains(words) && !text.contains("\n"), "\(text)")
  }

  /// A checkpoint whose synapses have time constants of their own.
  @Test func everySynapseMayHaveItsOwnTimeConstant() throws {
    var arrays = try NPZ.read(fixture("published_1.npz"))
    let taus = (0..<4500).map { Float($0 % 3 == 0 ? 5 : 9) }
    arrays["tau_s"] = NumericArray(taus)
    var configuration = PublishedWeights.Configuration()
    configuration.num_input = 1278
    let neuron = try PublishedWeights(arrays, configuration: configuration).neuron()
    #expect(neuron.traceTimeConstants == taus.map(Double.init))
    let input = try EventSequence(time: [0, 3, 5], channel: [7, 640, 12], steps: 30, channels: 1278)
    for (ours, wanted) in zip(try SequenceModel.elm(neuron).outputs([input])[0], try reference(neuron, input))
    {
      #expect(abs(Double(ours) - wanted) < 1e-4)
    }
  }

  @Test func otherLambdaIsAnotherModel() throws {
    var arrays = try NPZ.read(fixture("published_1.npz"))
    #expect(try PublishedWeights(arrays).neuron(lambda: 10).configuration.lambda == 10)
    arrays["w_y.bias"] = nil
    #expect {
      try PublishedWeights(arrays).neuron()
    } throws: {
      "\($0)" == "'w_y.bias' is missing; expected the weights of an expressive leaky memory neuron"
    }
  }
}
