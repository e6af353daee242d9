import Foundation
import NeuralData

/// A map of graded spikes with what it needs to meet pictures, as it is kept in a folder.
///
/// The folder holds one file, `graded.safetensors`: for each module `feature.N` `[neuron, pixel]`, `thresholds.N`
/// `[neuron]` and `output.N` `[place, neuron]`, and as metadata the preprocessing and the names of the places.
public struct StoredGradedMap: Sendable {
  /// The trained layers.
  public var map: GradedSpikeMap
  /// How pictures become input.
  public var preprocessing: Preprocessing
  /// Where the first traverse's images of the places came from.
  public var placeNames: [String]

  /// A map to keep.
  ///
  /// - Throws: ``PlaceRecognitionError`` when the map has other places or pixels.
  public init(_ map: GradedSpikeMap, preprocessing: Preprocessing, placeNames: [String])
    throws(PlaceRecognitionError)
  {
    try preprocessing.validate()
    guard placeNames.count == map.places else {
      throw .mismatched("there are \(placeNames.count) names for the map's \(map.places) places")
    }
    guard preprocessing.rows * preprocessing.columns == map.inputs else {
      throw .wrongShape(
        "the map has \(map.inputs) inputs, but the preprocessing \(preprocessing.rows) × \(preprocessing.columns) pixels"
      )
    }
    (self.map, self.preprocessing, self.placeNames) = (map, preprocessing, placeNames)
  }

  private struct Facts: Codable {
    var preprocessing: Preprocessing
    var placeNames: [String]
    var modules: Int
  }

  private static func path(_ folder: String) -> String {
    (folder as NSString).appendingPathComponent("graded.safetensors")
  }

  /// Whether a folder holds such a map.
  public static func isIn(_ folder: String) -> Bool { FileManager.default.fileExists(atPath: path(folder)) }

  /// Writes the map's file into a folder.
  ///
  /// - Throws: `FileError` when it cannot be written.
  public func write(to folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch { throw FileError(.cannotWrite, folder, "the folder cannot be made") }
    var tensors: [String: NumericArray] = [:]
    for (index, module) in map.modules.enumerated() {
      let (feature, output) = (module.feature, module.output)
      tensors["feature.\(index)"] = NumericArray(feature.weights, shape: [feature.neurons, feature.inputs])
      tensors["thresholds.\(index)"] = NumericArray(feature.thresholds)
      tensors["output.\(index)"] = NumericArray(output.weights, shape: [output.neurons, output.inputs])
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let facts = try encoder.encode(
      Facts(preprocessing: preprocessing, placeNames: placeNames, modules: map.modules.count))
    try SafeTensors.write(
      .init(tensors: tensors, metadata: ["format": "1", "facts": String(decoding: facts, as: UTF8.self)]),
      to: Self.path(folder))
  }

  /// Reads a map.
  ///
  /// - Throws: `FileError` naming the file when it is no whole map.
  public static func read(_ folder: String) throws -> StoredGradedMap {
    let path = path(folder)
    let contents = try SafeTensors.read(path)
    func damaged(_ problem: String) -> FileError {
      FileError(.damaged, path, problem, remedy: "train the map again with 'neuropil places graded'")
    }
    guard let text = contents.metadata["facts"], contents.metadata["format"] == "1",
      let facts = try? JSONDecoder().decode(Facts.self, from: Data(text.utf8)), facts.modules >= 1
    else { throw damaged("the map's facts are missing") }
    func array(_ name: String) throws -> NumericArray {
      guard let array = contents.tensors[name] else { throw damaged("the array '\(name)' is missing") }
      return array
    }
    func numbers(_ name: String) throws -> [Float] {
      let values = try array(name).values(as: Float.self)
      guard values.allSatisfy(\.isFinite) else { throw damaged("'\(name)' holds what is not a number") }
      return values
    }
    var modules: [GradedSpikeMap.Module] = []
    let inputs = try array("feature.0").shape.last ?? 0
    for index in 0..<facts.modules {
      let (shape, places) = (try array("feature.\(index)").shape, try array("output.\(index)").shape)
      guard shape.count == 2, shape[1] == inputs, places.count == 2, places[1] == shape[0], places[0] >= 1,
        shape[0] >= 1, inputs >= 1, try array("thresholds.\(index)").shape == [shape[0]]
      else { throw damaged("the layers of module \(index) do not fit one another") }
      modules.append(
        GradedSpikeMap.Module(
          feature: GradedLayer(
            featuresOf: inputs, weights: try numbers("feature.\(index)"),
            thresholds: try numbers("thresholds.\(index)")),
          output: GradedLayer(placesOf: shape[0], weights: try numbers("output.\(index)"))))
    }
    do {
      return try StoredGradedMap(
        GradedSpikeMap(modules), preprocessing: facts.preprocessing, placeNames: facts.placeNames)
    } catch { throw damaged(error.description) }
  }
}
