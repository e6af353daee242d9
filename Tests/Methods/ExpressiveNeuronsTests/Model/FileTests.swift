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
