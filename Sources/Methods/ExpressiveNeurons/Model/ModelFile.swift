import Foundation
import NeuralData

/// Weights in files: safetensors with the sizes as JSON in its head.
public enum ModelFile {
  /// Writes a model, atomically.
  ///
  /// A neuron's arrays are `synapse.weight` `[branch, synapse]`, `mlp.N.weight` `[output, input]` and `mlp.N.bias`, whose first
  /// layer takes the traces and then the memory, `readout.weight`, `readout.bias`, `memory.time_constant` and `trace.time_constant` in ms, and `routing`,
  /// the input of every synapse, −1 for none.
  public static func write(_ model: SequenceModel, to path: String) throws(FileError) {
    var contents: SafeTensors.Contents
    func head(_ kind: String, _ configuration: some Encodable) -> SafeTensors.Contents {
      SafeTensors.Contents(
        tensors: [:], metadata: ["format": "1", "model": kind, "configuration": json(configuration)])
    }
    switch model {
    case .elm(let neuron):
      contents = head("elm", neuron.configuration)
      put(neuron, into: &contents)
    case .integrateAndFire(let neuron):
      contents = head("integrate-and-fire", neuron.configuration)
      for (name, path) in IntegrateAndFireNeuron.arrays {
        contents.tensors[name] = NumericArray(neuron[keyPath: path])
      }
    case .lstm(let lstm):
      contents = head("lstm", lstm.configuration)
      for (name, path) in LSTM.arrays { contents.tensors[name] = NumericArray(lstm[keyPath: path]) }
    case .spiking(let network):
      contents = head("spiking", network.configuration)
      for (name, path) in SpikingNetwork.arrays {
        contents.tensors[name] = NumericArray(network[keyPath: path])
      }
    case .layers(let network):
      contents = head("layers", network.configuration)
      for (layer, neurons) in network.neurons.enumerated() {
        for (index, neuron) in neurons.enumerated() {
          put(neuron, as: ELMNetwork.prefix(layer, index), into: &contents)
        }
      }
      put(network, ELMNetwork.arrays, into: &contents)
    case .towers(let towers):
      contents = head("towers", towers.encoder.configuration)
      contents.metadata["classes"] = "\(towers.classes)"
      put(towers.encoder, into: &contents)
      put(towers, TwoTowers.arrays, into: &contents)
    }
    try SafeTensors.write(contents, to: path)
  }

  private static func put(
    _ neuron: ELMNeuron, as prefix: String = "", into contents: inout SafeTensors.Contents
  ) {
    let c = neuron.configuration
    let each = c.routing.synapsesPerBranch
    for (name, values) in neuron.namedWeights {
      let shape: [Int] =
        switch name {
        case "synapse.weight": [c.traces, each]
        case "readout.weight": [c.outputs, c.memoryUnits]
        case let name where name.hasSuffix(".weight"):
          shape(of: neuron.layers[Int(name.split(separator: ".")[1])!])
        default: [values.count]
        }
      contents.tensors[prefix + name] =
        name.hasSuffix("time_constant")
        ? NumericArray(values, shape: shape) : NumericArray(values.map { Float($0) }, shape: shape)
    }
    contents.tensors[prefix + "routing"] = NumericArray(
      neuron.synapseInputs.joined().map { Int32($0 ?? -1) }, shape: [c.traces, each])
  }

  private static func put<Model>(
    _ model: Model, _ arrays: [(name: String, path: WritableKeyPath<Model, [Double]>)],
    into contents: inout SafeTensors.Contents
  ) {
    for (name, path) in arrays {
      contents.tensors[name] = NumericArray(model[keyPath: path].map { Float($0) })
    }
  }

  /// Reads a model.
  ///
  /// - Throws: `FileError`.
  public static func read(_ path: String) throws(FileError) -> SequenceModel {
    let contents = try SafeTensors.read(path)
    func mismatch(_ problem: String) -> FileError {
      FileError(.mismatched, path, problem, expected: "weights that 'neuropil elm train' wrote")
    }
    guard let kind = contents.metadata["model"], let text = contents.metadata["configuration"] else {
      throw mismatch("the head names no model and no configuration")
    }
    do {
      switch kind {
      case "elm":
        let configuration: ELMConfiguration = try decode(text)
        var neuron = try ELMNeuron(configuration, seed: 0)
        try neuron.load { try contents.tensors[$0]?.values(as: Double.self) }
        return .elm(neuron)
      case "integrate-and-fire":
        var neuron = try IntegrateAndFireNeuron(decode(text), seed: 0)
        try fill(&neuron, IntegrateAndFireNeuron.arrays, from: contents)
        return .integrateAndFire(neuron)
      case "lstm":
        var lstm = try LSTM(decode(text), seed: 0)
        try fill(&lstm, LSTM.arrays, from: contents)
        return .lstm(lstm)
      case "spiking":
        var network = try SpikingNetwork(decode(text))
        try fill(&network, SpikingNetwork.arrays, from: contents)
        return .spiking(network)
      case "layers":
        var network = try ELMNetwork(decode(text), seed: 0)
        for layer in network.neurons.indices {
          for index in network.neurons[layer].indices {
            let prefix = ELMNetwork.prefix(layer, index)
            try network.neurons[layer][index].load {
              try contents.tensors[prefix + $0]?.values(as: Double.self)
            }
          }
        }
        try fill(&network, ELMNetwork.arrays, from: contents)
        return .layers(network)
      case "towers":
        guard let classes = contents.metadata["classes"].flatMap({ Int($0) }) else {
          throw mismatch("the head does not tell the number of classes")
        }
        var towers = try TwoTowers(decode(text), classes: classes, seed: 0)
        try towers.encoder.load { try contents.tensors[$0]?.values(as: Double.self) }
        try fill(&towers, TwoTowers.arrays, from: contents)
        return .towers(towers)
      default: throw mismatch("there is no model '\(kind)'")
      }
    } catch let error as FileError {
      throw error
    } catch let error as any ReportableError {
      throw mismatch(error.description)
    } catch {
      throw mismatch("the configuration in the head cannot be read")
    }
  }

  /// Whether a file is taken for a published PyTorch checkpoint: by its ending `.pt` or `.pth`.
  public static func isPublished(_ path: String) -> Bool { path.hasSuffix(".pt") || path.hasSuffix(".pth") }

  /// Reads a model, or a published PyTorch checkpoint with `model_config.json` beside it.
  ///
  /// - Parameter lambda: input gain of the memory; the file's unless given.
  /// - Throws: `FileError`, or ``ExpressiveNeuronError`` when the gain cannot be or the model has none.
  public static func read(_ path: String, lambda: Double?) throws -> SequenceModel {
    if isPublished(path) {
      let weights = PublishedWeights(
        try TorchCheckpoint.read(path).tensors,
        configuration: try PublishedWeights.configuration(beside: path))
      do { return .elm(try weights.neuron(lambda: lambda)) } catch let error as ExpressiveNeuronError {
        throw FileError(.mismatched, path, error.description)
      }
    }
    let model = try read(path)
    guard let lambda else { return model }
    guard case .elm(var neuron) = model else {
      throw ExpressiveNeuronError.inconsistent("\(path) is no expressive neuron, so it has no lambda")
    }
    neuron.configuration.lambda = lambda
    try neuron.validate()
    return .elm(neuron)
  }

  static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try! encoder.encode(value), as: UTF8.self)
  }

  private static func decode<Value: Decodable>(_ text: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }

  private static func fill<Model, Number: BinaryFloatingPoint>(
    _ model: inout Model, _ arrays: [(name: String, path: WritableKeyPath<Model, [Number]>)],
    from contents: SafeTensors.Contents
  ) throws {
    for (name, path) in arrays {
      guard let found = try contents.tensors[name]?.values(as: Double.self).map({ Number($0) }) else {
        throw ExpressiveNeuronError.badWeights("array '\(name)' is missing")
      }
      guard found.count == model[keyPath: path].count, found.allSatisfy(\.isFinite) else {
        throw ExpressiveNeuronError.badWeights(
          "array '\(name)' must hold \(model[keyPath: path].count) finite numbers, but has \(found.count)")
      }
      model[keyPath: path] = found
    }
  }

  private static func shape(of map: LinearMap) -> [Int] { [map.bias.count, map.inputs] }
}
