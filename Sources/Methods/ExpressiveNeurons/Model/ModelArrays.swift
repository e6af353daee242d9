import Foundation

extension ELMNeuron {
  /// Takes every weight array from `array`, by its name in files.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when one is missing, has another size or is not finite.
  mutating func load(_ array: (String) throws -> [Double]?) throws {
    for (name, values) in namedWeights {
      guard let found = try array(name) else {
        throw ExpressiveNeuronError.badWeights("array '\(name)' is missing")
      }
      guard found.count == values.count else {
        throw ExpressiveNeuronError.badWeights(
          "array '\(name)' has \(found.count) numbers, but the sizes need \(values.count)")
      }
      switch name {
      case "synapse.weight": synapseWeights = found
      case "memory.time_constant": memoryTimeConstants = found
      case "trace.time_constant": traceTimeConstants = found
      case "readout.weight": readout.weight = found
      case "readout.bias": readout.bias = found
      default:
        let layer = Int(name.split(separator: ".")[1])!
        if name.hasSuffix("weight") { layers[layer].weight = found } else { layers[layer].bias = found }
      }
    }
    try validate()
  }
}

extension IntegrateAndFireNeuron {
  /// Every array with its name in files.
  static var arrays: [(name: String, path: WritableKeyPath<Self, [Float]>)] {
    [("weight", \.weights), ("constants", \.constants)]
  }

  /// Bias, logarithm of the time constant, adaptation.
  private var constants: [Float] {
    get { [bias, logTimeConstant, adaptation] }
    set { (bias, logTimeConstant, adaptation) = (newValue[0], newValue[1], newValue[2]) }
  }
}

extension LSTM {
  /// Every array with its name in files.
  static var arrays: [(name: String, path: WritableKeyPath<Self, [Float]>)] {
    [
      ("input.weight", \.inputWeights), ("recurrent.weight", \.recurrentWeights), ("bias", \.biases),
      ("readout.weight", \.readoutWeights), ("readout.bias", \.readoutBiases),
    ]
  }
}

extension SpikingNetwork {
  /// Every array with its name in files.
  static var arrays: [(name: String, path: WritableKeyPath<Self, [Float]>)] {
    [
      ("synapse.weight", \.weights), ("membrane.log_time_constant", \.logTimeConstants),
      ("output.scale", \.outputScales), ("output.offset", \.outputOffsets),
    ]
  }
}

extension ELMNetwork {
  /// Every array outside its neurons with its name in files.
  static var arrays: [(name: String, path: WritableKeyPath<Self, [Double]>)] {
    [("network.readout.weight", \.readout.weight), ("network.readout.bias", \.readout.bias)]
  }

  /// What the names of a neuron's arrays begin with in files.
  static func prefix(_ layer: Int, _ neuron: Int) -> String { "layer.\(layer).neuron.\(neuron)." }
}
