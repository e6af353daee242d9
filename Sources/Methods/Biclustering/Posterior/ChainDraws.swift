import Foundation
import NeuralData
import Probability

/// What a chain keeps: a trace of every sweep and, after the burn-in, every so many sweeps a draw.
public struct ChainDraws: Sendable {
  /// Numbers of clusters, of every sweep.
  public internal(set) var clusters: [Int32] = []
  /// Numbers of occupied states, of every sweep.
  public internal(set) var occupied: [Int32] = []
  /// Mean over neurons of the number of factors of their cluster, of every sweep; empty where the number is given.
  public internal(set) var meanFactors: [Float] = []
  /// The joint log-density up to a constant, of every thinned sweep from the first on.
  public internal(set) var logDensity: [Double] = []
  /// ‖μ‖ over all clusters' projected levels, of every thinned sweep from the first on.
  public internal(set) var levelNorm: [Double] = []
  /// Mean log r, of every thinned sweep from the first on.
  public internal(set) var logDispersion: [Double] = []
  /// Cluster of every neuron, `[draw, neuron]`.
  public internal(set) var labels: [Int32] = []
  /// Number of factors of every neuron's cluster, `[draw, neuron]`; empty where the number is given.
  public internal(set) var factors: [UInt8] = []
  /// State of every transition, `[draw, T − 1]`.
  public internal(set) var states: [UInt8] = []
  /// Log-rates summed over draws, `[neuron, bin]`, and their squares, for predictions.
  public internal(set) var rateSum: [Double] = []
  /// Squares of the rates summed over draws, `[neuron, bin]`.
  public internal(set) var rateSquares: [Double] = []
  /// Number of draws.
  public internal(set) var count: Int32 = 0
  /// log Σ over draws of the probability of each hidden count.
  public internal(set) var hidden: [Double] = []
  /// Trajectories of some draws, projected, `[cluster, row, bin]` one draw after the other.
  public internal(set) var paths: [Float] = []
  /// Which draw each of them is, and its number of clusters.
  public internal(set) var pathDraws: [Int32] = []
  /// How replicas exchanged their states after the burn-in, where there were some.
  public internal(set) var swaps: SwapRecord?

  init() {}

  var arrays: [String: NumericArray] {
    let factors =
      meanFactors.isEmpty
      ? [:] : ["factors": NumericArray(factors), "meanFactors": NumericArray(meanFactors)]
    return [
      "clusters": NumericArray(clusters), "occupied": NumericArray(occupied),
      "logDensity": NumericArray(logDensity), "levelNorm": NumericArray(levelNorm),
      "logDispersion": NumericArray(logDispersion), "labels": NumericArray(labels),
      "states": NumericArray(states), "rateSum": NumericArray(rateSum),
      "rateSquares": NumericArray(rateSquares), "count": NumericArray([count]),
      "hidden": NumericArray(hidden), "paths": NumericArray(paths), "pathDraws": NumericArray(pathDraws),
    ].merging(factors) { $1 }
  }

  init(arrays: [String: NumericArray], path: String) throws {
    func array(_ name: String) throws -> NumericArray {
      guard let array = arrays[name] else {
        throw FileError(.damaged, path, "the array '\(name)' is missing")
      }
      return array
    }
    clusters = try array("clusters").values(as: Int32.self)
    occupied = try array("occupied").values(as: Int32.self)
    logDensity = try array("logDensity").values(as: Double.self)
    levelNorm = try array("levelNorm").values(as: Double.self)
    logDispersion = try array("logDispersion").values(as: Double.self)
    labels = try array("labels").values(as: Int32.self)
    states = try array("states").values(as: UInt8.self)
    rateSum = try array("rateSum").values(as: Double.self)
    rateSquares = try array("rateSquares").values(as: Double.self)
    count = try array("count").values(as: Int32.self).first ?? 0
    hidden = try array("hidden").values(as: Double.self)
    paths = try array("paths").values(as: Float.self)
    // Fits with a given number of factors keep none.
    factors = try arrays["factors"]?.values(as: UInt8.self) ?? []
    meanFactors = try arrays["meanFactors"]?.values(as: Float.self) ?? []
    pathDraws = try array("pathDraws").values(as: Int32.self)
  }
}
