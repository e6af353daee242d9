import ExpressiveNeurons
import Foundation
import NeuralData
import Testing

@Suite struct FileTests {
  @Test(arguments: EngineTests.configurations)
  func weightsRoundTrip(configuration: ELMConfiguration) throws {
    var neuron = try ELMNeuron(configuration, seed: 2)
    let path = NSTemporaryDirectory() + "elm-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try ModelFile.write(.elm(neuron), to: path)
    let back = try ModelFile.read(path)
    let input = try EngineTests.inputs(1, steps: 20)
    #expect(try back.outputs(input) == SequenceModel.elm(neuron).outputs(input))
    // Once in single precision, always the same.
    guard case .elm(let read) = back else { return }
    neuron = read
    try ModelFile.write(back, to: path)
    #expect(try ModelFile.read(path) == .elm(neuron))
  }

  @Test func everyModelRoundTrips() throws {
    let path = NSTemporaryDirectory() + "elm-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let models: [SequenceModel] = [
      .integrateAndFire(try IntegrateAndFireNeuron(.init(inputs: 6, adapts: true), seed: 1)),
      .lstm(try LSTM(.init(inputs: 6, outputs: 2, hiddenSize: 5), seed: 1)),
      .spiking(try SpikingNetworkTests.network()),
      .layers(try ELMNetwork(NetworkTests.kinds[2], seed: 1)),
      .towers(
        try TwoTowers(
          ELMConfiguration(inputs: 6, outputs: 5, memoryUnits: 4, memoryTimeConstants: .init(1, 50)), seed: 1)
      ),
    ]
    for model in models {
      try ModelFile.write(model, to: path)
      let back = try ModelFile.read(path)
      #expect(back.parameterCount == model.parameterCount)
      let input = try EngineTests.inputs(2, steps: 20)
      #expect(try back.outputs(input) == model.outputs(input))
      // Once in single precision, always the same.
      try ModelFile.write(back, to: path)
      #expect(try ModelFile.read(path) == back)
    }
  }

  @Test func recordingsAsArraysAndTables() throws {
    let neuron = try ELMNeuron(EngineTests.configurations[3], seed: 2)
    let inputs = try EngineTests.inputs(2, steps: 20)
    let arrays = try ModelRecording(.elm(neuron), inputs, withState: true).arrays(withState: true)
    #expect(arrays["output"]?.shape == [2, 20, 2] && arrays["memory"]?.shape == [2, 20, 5])
    #expect(arrays["trace"]?.shape == [2, 20, 3])
    let one = try ModelRecording(.elm(neuron), [inputs[0]], withState: true)
    #expect(try one.arrays(withState: false)["output"]?.shape == [20, 2])
    let lines = try one.table().split(separator: "\n")
    #expect(lines.count == 21 && lines[0].hasPrefix("step,output 0,output 1,memory 0"))
    #expect(lines[1].split(separator: ",").count == 11)
    let longer = try EngineTests.inputs(1, steps: 21)
    #expect {
      try ModelRecording(.elm(neuron), inputs + longer, withState: false).arrays(withState: false)
    } throws: {
      "\($0)" == "sequence 2 has 21 steps, but the first has 20; one array holds equally long ones only"
    }
  }

  @Test func routingsFromATable() throws {
    let path = NSTemporaryDirectory() + "routing-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "0,1,-1\n2,2,5\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try SynapseRouting(file: path) == .table([[0, 1, nil], [2, 2, 5]]))
    try "0,1.5\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect {
      try SynapseRouting(file: path)
    } throws: {
      "\($0)"
        == "\(path), row 1, column 2: the number is 1.5; expected an input's number from 0, or -1 for none"
    }
  }

  @Test func damagedWeights() throws {
    let path = NSTemporaryDirectory() + "elm-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try ModelFile.write(.elm(smallNeuron(.fastInput)), to: path)
    let good = try SafeTensors.read(path)
    func refusal(_ change: (inout SafeTensors.Contents) -> Void) throws -> String {
      var contents = good
      change(&contents)
      try SafeTensors.write(contents, to: path)
      do {
        _ = try ModelFile.read(path)
        return "accepted"
      } catch { return "\(error)".replacingOccurrences(of: path, with: "FILE") }
    }
    let tail = "; expected weights that 'neuropil elm train' wrote"
    #expect(
      try refusal { $0.tensors["readout.bias"] = nil } == "FILE: array 'readout.bias' is missing" + tail)
    #expect(
      try refusal { $0.tensors["readout.bias"] = NumericArray([Float(1)]) }
        == "FILE: array 'readout.bias' has 1 numbers, but the sizes need 2" + tail)
    #expect(
      try refusal { $0.tensors["readout.bias"] = NumericArray([Float.nan, 1]) }
        == "FILE: 'readout.bias' is nan at 0" + tail)
    #expect(try refusal { $0.metadata = [:] } == "FILE: the head names no model and no configuration" + tail)
    #expect(try refusal { $0.metadata["model"] = "gru" } == "FILE: there is no model 'gru'" + tail)
    #expect(
      try refusal { $0.metadata["configuration"] = "{}" }
        == "FILE: the configuration in the head cannot be read" + tail)
  }
}
