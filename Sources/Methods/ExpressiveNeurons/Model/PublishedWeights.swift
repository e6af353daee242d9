import Foundation
import NeuralData

/// Weights as the published code saves them (AaronSpieler/elmneuron): PyTorch's names, sizes beside them in `model_config.json`.
public struct PublishedWeights: Sendable {
  /// What `model_config.json` says; what it leaves out has the published code's defaults.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Number of input channels.
    public var num_input: Int?
    /// Non-linearity of the hidden layers.
    public var mlp_activation: HiddenActivation?
    /// Shortest memory time constant, in ms.
    public var memory_tau_min: Double?
    /// Longest memory time constant, in ms.
    public var memory_tau_max: Double?
    /// Whether memory time constants are learned.
    public var learn_memory_tau: Bool?
    /// λ, which the published files leave out.
    public var lambda_value: Double?
    /// Length of a step, in ms.
    public var delta_t: Double?

    /// Nothing known: the published code's defaults.
    public init() {}
  }

  private let arrays: [String: NumericArray]
  private let configuration: Configuration

  /// Named arrays and what is known of the sizes.
  public init(_ arrays: [String: NumericArray], configuration: Configuration = Configuration()) {
    (self.arrays, self.configuration) = (arrays, configuration)
  }

  /// Where the sizes of the weights at `path` are looked for: `model_config.json` in their folder.
  public static func configurationPath(beside path: String) -> String {
    ((path as NSString).deletingLastPathComponent as NSString).appendingPathComponent("model_config.json")
  }

  /// Reads `model_config.json` where it stands beside the weights.
  ///
  /// - Throws: `FileError` when it is there but cannot be read.
  public static func configuration(beside path: String) throws(FileError) -> Configuration {
    let file = configurationPath(beside: path)
    guard let data = FileManager.default.contents(atPath: file) else { return Configuration() }
    guard let configuration = try? JSONDecoder().decode(Configuration.self, from: data) else {
      throw FileError(
        .damaged, file, "is not the sizes of a published model",
        expected: "JSON such as {\"num_input\": 1278}")
    }
    return configuration
  }

  private func numbers(_ name: String) throws -> [Double] {
    guard let array = arrays[name] else {
      throw ExpressiveNeuronError.badWeights(
        "'\(name)' is missing; expected the weights of an expressive leaky memory neuron")
    }
    return try array.values(as: Double.self)
  }

  /// The neuron.
  ///
  /// - Parameter lambda: input gain of the memory; the configuration's or 5 unless given.
  /// - Throws: ``ExpressiveNeuronError`` when an array is missing or does not fit.
  public func neuron(lambda: Double? = nil) throws -> ELMNeuron {
    let strengths = try numbers("_proto_w_s")
    let logits = try numbers("_proto_tau_m")
    var layers: [LinearMap] = []
    while arrays["mlp.network.\(2 * layers.count).weight"] != nil {
      let name = "mlp.network.\(2 * layers.count)"
      layers.append(LinearMap(weight: try numbers(name + ".weight"), bias: try numbers(name + ".bias")))
    }
    guard let first = layers.first, !first.bias.isEmpty, !logits.isEmpty else {
      throw ExpressiveNeuronError.badWeights(
        "'mlp.network.0.weight' is missing; expected the layers of the MLP")
    }
    let readout = LinearMap(weight: try numbers("w_y.weight"), bias: try numbers("w_y.bias"))
    let branches = first.inputs - logits.count
    guard branches >= 1, strengths.count % branches == 0 else {
      throw ExpressiveNeuronError.badWeights(
        "\(strengths.count) synapses do not make \(branches) equal branches, the first layer's inputs less \(logits.count) memory units"
      )
    }
    let each = strengths.count / branches
    let inputs = configuration.num_input ?? strengths.count
    // The second version of the code keeps its traces, and their time constants, on the branches.
    let isSecond = arrays["tau_b"] != nil
    let shortest = configuration.memory_tau_min ?? 1
    let longest = configuration.memory_tau_max ?? 1000
    let c = ELMConfiguration(
      inputs: inputs, outputs: readout.bias.count, memoryUnits: logits.count,
      routing: try routing(inputs: inputs, branches: branches, each: each), hiddenSize: first.bias.count,
      hiddenLayers: layers.count - 1, activation: configuration.mlp_activation ?? .relu,
      gain: isSecond ? .fastInput : .scaledLeak, lambda: lambda ?? configuration.lambda_value ?? 5,
      timeStepMilliseconds: configuration.delta_t ?? 1,
      traceTimeConstants: try traceTimeConstants(
        numbers(isSecond ? "tau_b" : "tau_s"), branches: branches, each: each),
      memoryTimeConstants: .init(shortest, longest),
      learnsMemoryTimeConstants: configuration.learn_memory_tau ?? false)
    var neuron = try ELMNeuron(c, seed: 0)
    neuron.synapseWeights = strengths
    neuron.layers = layers
    neuron.readout = readout
    // Rounding made some logits infinite: they stand for the ends.
    neuron.memoryTimeConstants = logits.map { shortest + (longest - shortest) / (1 + exp(-$0)) }
    try neuron.validate()
    return neuron
  }

  private func routing(inputs: Int, branches: Int, each: Int) throws -> SynapseRouting {
    guard arrays["input_to_synapse_indices"] != nil else {
      return each == 1 ? .direct : .consecutive(branches: branches, synapsesPerBranch: each)
    }
    let indices = try numbers("input_to_synapse_indices")
    let mask = arrays["valid_indices_mask"] == nil ? nil : try numbers("valid_indices_mask")
    guard indices.count == branches * each, mask == nil || mask!.count == indices.count else {
      throw ExpressiveNeuronError.badWeights(
        "'input_to_synapse_indices' has \(indices.count) numbers, but there are \(branches * each) synapses")
    }
    return .table(
      (0..<branches).map { branch in
        (0..<each).map { synapse in
          let place = branch * each + synapse
          return mask.map { $0[place] != 0 } ?? true ? Int(exactly: indices[place]) ?? -1 : nil
        }
      })
  }

  private func traceTimeConstants(_ values: [Double], branches: Int, each: Int) throws -> [Double] {
    if Set(values).count == 1 { return [values[0]] }
    if values.count == branches { return values }
    guard values.count == branches * each else {
      throw ExpressiveNeuronError.badWeights(
        "there are \(values.count) trace time constants for \(branches) branches of \(each) synapses")
    }
    let perBranch = (0..<branches).map { Set(values[($0 * each)..<(($0 + 1) * each)]) }
    return perBranch.allSatisfy { $0.count == 1 } ? perBranch.map { $0.first! } : values
  }
}
