import Foundation
import NeuralData

/// A trained module in the published program's `.npy` files.
///
/// - `XeAe.npy`: input weights, rows of (input, neuron, weight);
/// - `AeAi.npy` and `AiAe.npy`: excitation of each neuron's partner and inhibition of all others, in the same form;
/// - `theta_A.npy`: θ of each neuron, in volts;
/// - `resultPopVecs.npy`: training spikes, `[presentation, neuron]`;
/// - `inputNumbers.npy`: the label shown in each presentation;
/// - `assignments.npy`: the label that each neuron stands for, −1 for none; written alone.
public enum PublishedArrays {
  /// The unit of θ in a file.
  public enum ThresholdUnit: String, Sendable, Hashable, CaseIterable {
    /// As the published program writes it.
    case volt
    /// As people think of it.
    case millivolt
  }

  /// Where the arrays are.
  public struct Paths: Sendable, Hashable {
    /// Input weights.
    public var weights: String
    /// θ.
    public var thresholds: String
    /// Training spikes.
    public var counts: String
    /// Labels.
    public var labels: String
    /// Excitation of the inhibitory partners; the published constant where there is no such file.
    public var excitation: String
    /// Inhibition; the published constant where there is no such file.
    public var inhibition: String
    /// Neuronal assignments.
    public var assignments: String

    /// The usual names in one folder.
    public init(folder: String) {
      func path(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }
      (weights, thresholds) = (path("XeAe.npy"), path("theta_A.npy"))
      (counts, labels) = (path("resultPopVecs.npy"), path("inputNumbers.npy"))
      (excitation, inhibition) = (path("AeAi.npy"), path("AiAe.npy"))
      assignments = path("assignments.npy")
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
    let neurons = parameters.neurons
    let weights = try matrix(paths.weights, from: parameters.inputs, to: neurons, of: "inputs")
    if let value = try constant(paths.excitation, neurons, where: { $0 == $1 }) {
      parameters.excitatoryToInhibitory = value
    }
    if let value = try constant(paths.inhibition, neurons, where: { $0 != $1 }) {
      parameters.inhibitoryToExcitatory = value
    }
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

  /// `[source, neuron]` from rows of (source, neuron, weight).
  private static func matrix(_ path: String, from sources: Int, to neurons: Int, of what: String) throws
    -> [Float]
  {
    let array = try NPY.read(path)
    let size = sources * neurons
    guard array.shape == [size, 3] else {
      throw FileError(
        .mismatched, path, "the array has the shape \(array.shape)",
        expected: "[\(size), 3]: (source, neuron, weight) for \(sources) \(what) and \(neurons) neurons")
    }
    return try filled(path, array, sources, neurons, missing: .nan)
  }

  /// Rows of (source, neuron, weight) as a matrix; what no row names is `missing`.
  private static func filled(
    _ path: String, _ array: NumericArray, _ sources: Int, _ neurons: Int, missing: Float
  ) throws -> [Float] {
    let rows = try numbers(array, path)
    var weights = [Float](repeating: missing, count: sources * neurons)
    var isKnown = [Bool](repeating: false, count: sources * neurons)
    for row in 0..<array.shape[0] {
      guard let source = Int(exactly: rows[3 * row]), let neuron = Int(exactly: rows[3 * row + 1]),
        (0..<sources).contains(source), (0..<neurons).contains(neuron)
      else {
        throw FileError(
          .damaged, path, at: "row \(row)", "(\(rows[3 * row]), \(rows[3 * row + 1])) is not a synapse")
      }
      guard !isKnown[source * neurons + neuron] else {
        throw FileError(.damaged, path, at: "row \(row)", "the synapse (\(source), \(neuron)) comes twice")
      }
      isKnown[source * neurons + neuron] = true
      weights[source * neurons + neuron] = Float(rows[3 * row + 2])
    }
    return weights
  }

  /// The one weight of all synapses for which `exists` holds, the others being 0; `nil` without a file.
  private static func constant(_ path: String, _ neurons: Int, where exists: (Int, Int) -> Bool) throws
    -> Double?
  {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard neurons <= 10_000 else {
      throw FileError(.unsupported, path, "there are \(neurons) neurons", expected: "at most 10000")
    }
    let array = try NPY.read(path)
    guard array.shape.count == 2, array.shape[1] == 3 else {
      throw FileError(
        .mismatched, path, "the array has the shape \(array.shape)",
        expected: "rows of (neuron, neuron, weight)")
    }
    let weights = try filled(path, array, neurons, neurons, missing: 0)
    var value: Float?
    for source in 0..<neurons {
      for neuron in 0..<neurons {
        let weight = weights[source * neurons + neuron]
        let wanted = exists(source, neuron) ? value ?? weight : 0
        guard weight == wanted, weight.isFinite else {
          throw FileError(
            .unsupported, path, "the synapse (\(source), \(neuron)) has the weight \(weight)",
            expected: "\(wanted): modules have one weight for all such synapses")
        }
        if exists(source, neuron) { value = weight }
      }
    }
    // A decimal number such as 10.4 is meant, not the single-precision number next to it.
    return value.map { Double("\($0)") ?? Double($0) }
  }

  /// Writes a module into a folder, with spikes summed for each place.
  ///
  /// - Parameters:
  ///   - module: a trained module.
  ///   - folder: where the arrays go.
  ///   - firstLabel: the label of the module's first place.
  public static func write(_ module: PlaceModule, to folder: String, firstLabel: Int = 0) throws {
    let paths = Paths(folder: folder)
    let (inputs, neurons) = (module.parameters.inputs, module.parameters.neurons)
    func write(_ pairs: [(Int, Int)], to path: String, weight: (Int, Int) -> Double) throws {
      let rows = pairs.flatMap { [Double($0.0), Double($0.1), weight($0.0, $0.1)] }
      try NPY.write(NumericArray(rows, shape: [pairs.count, 3]), to: path)
    }
    func all(_ sources: Int) -> [(Int, Int)] {
      (0..<sources).flatMap { source in (0..<neurons).map { (source, $0) } }
    }
    try write(all(inputs), to: paths.weights) { Double(module.weights[$0 * neurons + $1]) }
    try write((0..<neurons).map { ($0, $0) }, to: paths.excitation) { _, _ in
      module.parameters.excitatoryToInhibitory
    }
    try write(all(neurons), to: paths.inhibition) {
      $0 == $1 ? 0 : module.parameters.inhibitoryToExcitatory
    }
    try NPY.write(NumericArray(module.thresholds.map { Double($0) / 1000 }), to: paths.thresholds)
    let assignment = module.assignment
    let spikes = (0..<assignment.places).flatMap { place in
      (0..<neurons).map { assignment.spikes[$0 * assignment.places + place] }
    }
    try NPY.write(NumericArray(spikes, shape: [assignment.places, neurons]), to: paths.counts)
    try NPY.write(
      NumericArray((0..<assignment.places).map { Double(firstLabel + $0) }), to: paths.labels)
    try NPY.write(
      NumericArray(assignment.place.map { $0.map { Double(firstLabel + $0) } ?? -1 }), to: paths.assignments)
  }
}
