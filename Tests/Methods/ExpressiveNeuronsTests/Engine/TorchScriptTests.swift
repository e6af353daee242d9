import ExpressiveNeurons
import NeuralData
import Testing

/// The engine beside the benchmark's peer, the same equations in TorchScript: `make_torchscript.py` recorded its numbers.
@Suite struct TorchScriptTests {
  @Test(arguments: ["branches", "fast", "direct"]) func peersAgree(name: String) throws {
    let arrays = try NPZ.read(fixture("torchscript.npz"))
    func numbers(_ key: String) throws -> [Double] {
      try #require(arrays["\(name).\(key)"]).values(as: Double.self)
    }
    var neuron = try ELMNeuron(
      ELMConfiguration(
        inputs: 12, outputs: 2, memoryUnits: 5,
        routing: name == "direct" ? .direct : .interlockedWindows(branches: 4, synapsesPerBranch: 5),
        gain: name == "fast" ? .fastInput : .scaledLeak, memoryTimeConstants: .init(1, 150)), seed: 1)
    neuron.synapseWeights = try numbers("w")
    neuron.layers = try ["first", "last"].map {
      LinearMap(weight: try numbers("\($0).weight"), bias: try numbers("\($0).bias"))
    }
    neuron.readout = LinearMap(weight: try numbers("readout.weight"), bias: try numbers("readout.bias"))
    func samples(_ key: String, _ width: Int) throws -> [[Float]] {
      let all = try numbers(key).map { Float($0) }
      return (0..<3).map { Array(all[($0 * 60 * width)..<(($0 + 1) * 60 * width)]) }
    }
    let inputs = try samples("input", 12).map { try EventSequence(dense: $0, steps: 60, channels: 12) }
    for (ours, theirs) in zip(try SequenceModel.elm(neuron).outputs(inputs), try samples("output", 2)) {
      for (a, b) in zip(ours, theirs) { #expect(abs(a - b) < 2e-6) }
    }
    let gradient = try neuron.gradient(inputs, outputGradient: try samples("slope", 2))
    func compare(_ key: String, _ ours: [Double]) throws {
      let theirs = try numbers("by." + key)
      #expect(ours.count == theirs.count)
      for (a, b) in zip(ours, theirs) { #expect(close(a, b, 1e-4 * max(1, abs(b))), "\(key): \(a), \(b)") }
    }
    try compare("w", gradient.synapseWeights)
    for (key, map) in [
      ("first", gradient.layers[0]), ("last", gradient.layers[1]), ("readout", gradient.readout),
    ] {
      try compare(key + ".weight", map.weight)
      try compare(key + ".bias", map.bias)
    }
  }
}
