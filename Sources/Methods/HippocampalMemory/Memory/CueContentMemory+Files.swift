import Foundation
import NeuralData
import Spiking

extension CueContentMemory {
  private struct Description: Codable {
    var format = 1
    var cues: Int
    var contents: Int
    var configuration: MemoryConfiguration
    var options: MemoryOptions
    var ideal: IdealMemory
  }

  /// Saves the memory: both matrices of weights, parameters, options and what should be stored, as safetensors.
  ///
  /// The network first rests until every current and trace has died, so that the weights are all there is; what a
  /// limited history has still to deliver is delivered.
  public mutating func save(to path: String) throws {
    network.run(steps: 200)
    network.settleWeights(of: circuit.cueToContent)
    if let synapses = circuit.contentToCue { network.settleWeights(of: synapses) }
    let description = Description(
      cues: circuit.cues, contents: circuit.contents, configuration: circuit.configuration,
      options: circuit.options, ideal: ideal)
    var tensors = ["cue_to_content": NumericArray(cueToContent, shape: [circuit.cues, circuit.contents])]
    if circuit.contentToCue != nil {
      tensors["content_to_cue"] = NumericArray(contentToCue, shape: [circuit.contents, circuit.cues])
    }
    try SafeTensors.write(
      SafeTensors.Contents(
        tensors: tensors, metadata: ["neuropil.memory": JSONFile.encode(description)]), to: path)
  }

  /// Restores a saved memory, at rest.
  ///
  /// - Throws: `FileError` for a file that is none, is damaged, or holds weights of another shape; ``MemoryError`` for
  ///   weights outside the rule's range.
  public init(contentsOf path: String) throws {
    let contents = try SafeTensors.read(path)
    guard let text = contents.metadata["neuropil.memory"] else {
      throw FileError(
        .mismatched, path, "this is no saved memory", expected: "a file that 'neuropil memory' wrote")
    }
    let description: Description = try JSONFile.decode(Array(text.utf8), path: path)
    guard description.format == 1 else {
      throw FileError(.unsupported, path, "format \(description.format)", expected: "format 1")
    }
    guard description.cues > 0, description.contents > 0, description.cues <= 1 << 16,
      description.contents <= 1 << 16
    else {
      throw FileError(.damaged, path, "\(description.cues) cues and \(description.contents) content bits")
    }
    func weights(_ name: String, _ shape: [Int]) throws -> [Double]? {
      guard let array = contents.tensors[name] else { return nil }
      guard array.shape == shape else {
        throw FileError(.damaged, path, at: name, "shape \(array.shape)", expected: "\(shape)")
      }
      return try array.values(as: Double.self)
    }
    let isAddressable = description.configuration.circuit.recallsByContent
    let forward = try weights("cue_to_content", [description.cues, description.contents])
    let backward = try weights("content_to_cue", [description.contents, description.cues])
    guard let forward, (backward != nil) == isAddressable else {
      throw FileError(
        .damaged, path, "weights are missing or too many",
        expected: "cue_to_content\(isAddressable ? " and content_to_cue" : "")")
    }
    try self.init(
      cues: description.cues, contents: description.contents, configuration: description.configuration,
      options: description.options, initialCueToContent: forward, initialContentToCue: backward)
    ideal = description.ideal
  }

  /// The weights above `least` as a list of synapses with a delay of one step, the form of the published initial
  /// weights: pre, post, weight (nA), delay (ms).
  public static func weightList(_ weights: [Double], targets: Int, above least: Double = 0) -> CSVTable? {
    var rows: [Double] = []
    for (place, weight) in weights.enumerated() where weight > least {
      rows += [Double(place / targets), Double(place % targets), weight, 1]
    }
    return rows.isEmpty
      ? nil : CSVTable(header: ["pre", "post", "weight", "delay"], values: rows, columns: 4)
  }

  /// A matrix from a list of synapses (pre, post, weight, delay); pairs that are not listed are 0.
  ///
  /// - Throws: ``MemoryError`` for indices outside the memory, a pair listed twice, or a delay other than 1.
  public static func matrix(from list: CSVTable, sources: Int, targets: Int, name: String) throws -> [Double]
  {
    guard list.columns == 4 else {
      throw MemoryError.badEntry(name, "\(list.columns) columns", expected: "4: pre, post, weight, delay")
    }
    var matrix = [Double](repeating: 0, count: sources * targets)
    var seen = Set<Int>()
    for row in 0..<list.rows {
      let values = list.values[4 * row..<4 * row + 4].map { $0 }
      guard let source = Int(exactly: values[0]), (0..<sources).contains(source),
        let target = Int(exactly: values[1]), (0..<targets).contains(target)
      else {
        throw MemoryError.badEntry(
          "\(name), row \(row + 1)", "\(values[0]) to \(values[1])",
          expected: "pre 0 to \(sources - 1), post 0 to \(targets - 1)")
      }
      guard values[3] == 1 else {
        throw MemoryError.badEntry(
          "\(name), row \(row + 1)", "delay \(values[3])", expected: "1 ms, the circuit's")
      }
      guard seen.insert(source * targets + target).inserted else {
        throw MemoryError.badEntry(
          "\(name), row \(row + 1)", "\(source) to \(target) is listed twice", expected: "each pair once")
      }
      matrix[source * targets + target] = values[2]
    }
    return matrix
  }
}
