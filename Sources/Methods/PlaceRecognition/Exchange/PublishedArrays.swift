import Foundation
import NeuralData

/// A trained module in the published program's `.npy` files.
///
/// - `XeAe.npy`: input weights, rows of (input, neuron, weight);
/// - `theta_A.npy`: θ of each neuron, in volts;
/// - `resultPopVecs.npy`: training spikes, `[presentation, neuron]`;
/// - `inputNumbers.npy`: the label shown in each presentation.
public enum PublishedArrays {
  /// The unit of θ in a file.
  public enum ThresholdUnit: String, Sendable, Hashable, CaseIterable {
    /// As the published program writes it.
    case volt
    /// As people think of it.
    case millivolt
  }

  /// Where the four arrays are.
  public struct Paths: Sendable, Hashable {
    /// Input weights.
    public var weights: String
    /// θ.
    public var thresholds: String
    /// Training spikes.
    public var counts: String
    /// Labels.
    public var labels: String

    /// Four files.
    public init(weights: String, thresholds: String, counts: String, labels: String) {
      (self.weights, self.thresholds, self.counts, self.labels) = (weights, thresholds, counts, labels)
    }

    /// The usual names in one folder.
    public init(folder: String) {
      func path(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }
      self.init(
        weights: path("XeAe.npy"), thresholds: path("theta_A.npy"), counts: path("resultPopVecs.npy"),
        labels: path("inputNumbers.npy"))
    }
  }

  /// Reads a module.
  ///
  /// The neurons and inputs are as many as the files say. Labels are counted from the smallest one.
  ///
  /// - Throws: `FileError` naming the file.
  public static func read(
    _ paths: Paths, parameters: ModuleParameters = ModuleParameters(), unit: ThresholdUnit = .volt
  ) throws -> PlaceModule {
    var parameters = parameters
    let thresholds = try thresholds(paths.thresholds, unit)
    parameters.neurons = thresholds.count
    let weights = try matrix(paths.weights, parameters)
    let counts = try NPY.read(paths.counts)
    guard counts.shape.count == 2, counts.shape[1] == thresholds.count, counts.shape[0] > 0 else {
      throw FileError(
        .mismatched, paths.counts, "the array has the shape \(counts.shape)",
        expected: "[presentation, \(thresholds.count) neurons]")
    }
    let spikes = try numbers(counts, paths.counts)
    guard spikes.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw FileError(.damaged, paths.counts, "a spike count is negative or not a number")
    }
    let labelArray = try NPY.read(paths.labels)
    // The program keeps labels of all presentations but spikes of the last ones alone.
    let allLabels = try numbers(labelArray, paths.labels)
    guard allLabels.count >= counts.shape[0],
      allLabels.allSatisfy({ $0 >= 0 && $0 == $0.rounded() && $0 < 1e9 })
    else {
      throw FileError(
        .mismatched, paths.labels, "there are \(allLabels.count) labels",
        expected: "a whole number for each of the \(counts.shape[0]) presentations")
    }
    let labels = allLabels.suffix(counts.shape[0]).map { Int($0) }
    let least = labels.min()!
    let places = labels.max()! - least + 1
    guard places <= 1_000_000 else {
      throw FileError(.mismatched, paths.labels, "the labels span \(places) places", expected: "one region's")
    }
    return try PlaceModule(
      parameters: parameters, weights: weights, thresholds: thresholds,
      assignment: NeuronalAssignment(
        counts: spikes.map { Float($0) }, labels: labels.map { $0 - least }, places: places))
  }

  private static func numbers(_ array: NumericArray, _ path: String) throws(FileError) -> [Double] {
    do {
      return try array.values(as: Double.self)
    } catch {
      throw FileError(.mismatched, path, error.description, expected: "numbers")
    }
  }

  private static func thresholds(_ path: String, _ unit: ThresholdUnit) throws -> [Float] {
    let array = try NPY.read(path)
    let values = try numbers(array, path)
    guard array.shape.count == 1, !values.isEmpty, values.count <= 65_535 else {
      throw FileError(
        .mismatched, path, "the array has the shape \(array.shape)", expected: "a threshold for each neuron")
    }
    guard values.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw FileError(.damaged, path, "a threshold is negative or not a number")
    }
    let largest = values.max()!
    switch unit {
    case .volt where largest > 1:
      throw FileError(
        .mismatched, path, "the largest threshold is \(largest) V", expected: "volts, about 0.02 to 0.05",
        remedy: "say that the file holds millivolts (--threshold-unit millivolt)")
    case .millivolt where largest < 1:
      throw FileError(
        .mismatched, path, "the largest threshold is \(largest) mV", expected: "millivolts, about 20 to 50",
        remedy: "say that the file holds volts (--threshold-unit volt)")
    case .volt: return values.map { Float($0 * 1000) }
    case .millivolt: return values.map { Float($0) }
    }
  }

  /// `[input, neuron]` from rows of (input, neuron, weight).
  private static func matrix(_ path: String, _ parameters: ModuleParameters) throws -> [Float] {
    let array = try NPY.read(path)
    let size = parameters.inputs * parameters.neurons
    guard array.shape == [size, 3] else {
      throw FileError(
        .mismatched, path, "the array has the shape \(array.shape)",
        expected:
          "[\(size), 3]: (input, neuron, weight) for \(parameters.inputs) inputs and \(parameters.neurons) neurons"
      )
    }
    let rows = try numbers(array, path)
    var weights = [Float](repeating: .nan, count: size)
    for row in 0..<size {
      guard let input = Int(exactly: rows[3 * row]), let neuron = Int(exactly: rows[3 * row + 1]),
        (0..<parameters.inputs).contains(input), (0..<parameters.neurons).contains(neuron)
      else {
        throw FileError(
          .damaged, path, at: "row \(row)", "(\(rows[3 * row]), \(rows[3 * row + 1])) is not a synapse")
      }
      guard weights[input * parameters.neurons + neuron].isNaN else {
        throw FileError(.damaged, path, at: "row \(row)", "the synapse (\(input), \(neuron)) comes twice")
      }
      weights[input * parameters.neurons + neuron] = Float(rows[3 * row + 2])
    }
    return weights
  }

  /// Writes a module into a folder, with spikes summed for each place.
  ///
  /// - Parameter firstLabel: the label of the module's first place.
  public static func write(_ module: PlaceModule, to folder: String, firstLabel: Int = 0) throws {
    let paths = Paths(folder: folder)
    let (inputs, neurons) = (module.parameters.inputs, module.parameters.neurons)
    var rows: [Double] = []
    rows.reserveCapacity(3 * inputs * neurons)
    for input in 0..<inputs {
      for neuron in 0..<neurons {
        rows += [Double(input), Double(neuron), Double(module.weights[input * neurons + neuron])]
      }
    }
    try NPY.write(NumericArray(rows, shape: [inputs * neurons, 3]), to: paths.weights)
    try NPY.write(NumericArray(module.thresholds.map { Double($0) / 1000 }), to: paths.thresholds)
    let assignment = module.assignment
    let spikes = (0..<assignment.places).flatMap { place in
      (0..<neurons).map { assignment.spikes[$0 * assignment.places + place] }
    }
    try NPY.write(NumericArray(spikes, shape: [assignment.places, neurons]), to: paths.counts)
    try NPY.write(
      NumericArray((0..<assignment.places).map { Double(firstLabel + $0) }), to: paths.labels)
  }
}

extension ModularMap {
  /// A map of modules trained elsewhere, one a region, in the order of the route; reference images are recorded.
  ///
  /// - Throws: ``PlaceRecognitionError/mismatched(_:)`` when the modules' places are not those of the reference.
  public static func assemble(
    _ modules: [PlaceModule], reference: Traverse, preprocessing: Preprocessing = Preprocessing(),
    seed: UInt64 = 1, threads: Int, onImage: @escaping @Sendable () throws -> Void = {}
  ) throws -> ModularMap {
    guard let parameters = modules.first?.parameters else {
      throw PlaceRecognitionError.nothingLeft("there are no modules")
    }
    guard modules.allSatisfy({ $0.parameters == parameters }) else {
      throw PlaceRecognitionError.mismatched("the modules have different numbers of neurons")
    }
    let size = modules[0].assignment.places
    guard modules.dropLast().allSatisfy({ $0.assignment.places == size }),
      modules.last!.assignment.places <= size
    else {
      throw PlaceRecognitionError.mismatched(
        "the modules know \(modules.map { "\($0.assignment.places)" }.joined(separator: ", ")) places; expected as many each, and at most as many in the last"
      )
    }
    let places = modules.reduce(0) { $0 + $1.assignment.places }
    guard reference.images.count == places else {
      throw PlaceRecognitionError.mismatched(
        "'\(reference.name)' has \(reference.images.count) images, but the modules know \(places) places")
    }
    let settings = MapSettings(
      parameters: parameters, preprocessing: preprocessing, moduleSize: size, seed: seed)
    return try build(
      reference: [reference], settings: settings, threads: threads,
      keeper: Keeper(
        find: { region, member in
          BuiltModule(region: region, member: member, module: modules[region], active: [:])
        }, keep: { _ in }), onImage: onImage)
  }
}
