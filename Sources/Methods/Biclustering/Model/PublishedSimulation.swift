import Foundation
import Probability

/// The paper's simulation: clusters of neurons with trajectories of their own, and two states that alternate, one of white
/// noise and one of slow rotation (Wei 2024, section 4.1).
public struct PublishedSimulation: Sendable, Hashable, Codable {
  /// Number of clusters.
  public var clusters = 3
  /// Neurons in a cluster.
  public var neuronsPerCluster = 10
  /// Time bins kept; as many again are simulated before.
  public var bins = 500
  /// Latent factors of a cluster beside its level, at least 1.
  public var factors = 2
  /// r of every neuron.
  public var dispersion = 10.0
  /// Mean number of bins that a state lasts.
  public var meanDuration = 50.0
  /// Whether counts are Poisson instead of negative binomial.
  public var isPoisson = false

  /// The paper's sizes.
  public init() {}

  /// What was drawn.
  public struct Outcome: Sendable {
    /// The counts.
    public let counts: SpikeCounts
    /// The cluster of every neuron.
    public let labels: [Int]
    /// The state of every bin.
    public let states: [Int]
    /// Trajectories, `[cluster, row, bin]`.
    public let trajectories: [Double]
    /// (δ, c) of every neuron, `[neuron, p + 1]`.
    public let loadings: [Double]
  }

  /// Checks every setting.
  public func validate() throws(BiclusteringError) {
    for (name, value, range) in [
      ("the number of clusters", clusters, 1...100),
      ("the neurons of a cluster", neuronsPerCluster, 1...10_000),
      ("the number of bins", bins, 3...1_000_000), ("the number of factors", factors, 1...8),
    ] where !range.contains(value) {
      throw .outOfRange(name: name, value: "\(value)", allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
    guard clusters * neuronsPerCluster >= 2 else { throw .tooFew(what: "neurons", have: 1, need: 2) }
    guard clusters * neuronsPerCluster * bins <= 200_000_000 else {
      throw .outOfRange(
        name: "the number of counts", value: "\(clusters * neuronsPerCluster * bins)", allowed: "at most 2e8")
    }
    guard dispersion > 0 else {
      throw .outOfRange(name: "the dispersion", value: "\(dispersion)", allowed: "greater than 0")
    }
    guard meanDuration >= 1 else {
      throw .outOfRange(name: "the states' mean duration", value: "\(meanDuration)", allowed: "at least 1")
    }
  }

  /// Simulates.
  public func run(seed: UInt64) throws(BiclusteringError) -> Outcome {
    try validate()
    let (q, total, n) = (factors + 1, 2 * bins, clusters * neuronsPerCluster)
    var schedule = RandomStream(seed: seed, "simulation states")
    var states: [Int] = []
    var state = 0
    while states.count < total {
      let rate = schedule.gamma(shape: 100, scale: meanDuration / 100)
      let duration = max(1, schedule.poisson(mean: rate))
      states += [Int](repeating: state, count: min(duration, total - states.count))
      state = 1 - state
    }
    states = Array(states.suffix(bins + 1))
    var trajectories = [Double](repeating: 0, count: clusters * q * bins)
    for cluster in 0..<clusters {
      var stream = RandomStream(seed: seed, "simulation trajectory", cluster)
      let turn = Self.rotation(dimension: q, angle: Double.pi / 20, using: &stream)
      var x = [Double](repeating: 0, count: q)
      for t in 0...bins {
        let noise = (0..<q).map { _ in 0.1 * stream.normal() }
        x = (0..<q).map { j in
          let drive =
            states[t] == 0 ? 0.01 * x[j] : 1.01 * (0..<q).reduce(0.0) { $0 + turn[j * q + $1] * x[$1] }
          return drive + noise[j]
        }
        if t > 0 { for j in 0..<q { trajectories[(cluster * q + j) * bins + t - 1] = x[j] } }
      }
      for j in 0..<q {
        let row = (cluster * q + j) * bins
        let centre = mean(Array(trajectories[row..<(row + bins)]))
        for t in 0..<bins { trajectories[row + t] -= centre }
      }
    }
    var draw = RandomStream(seed: seed, "simulation loadings")
    let loadings = (0..<(n * q)).map { _ in 0.5 * draw.normal() }
    let labels = (0..<n).map { $0 / neuronsPerCluster }
    var counts: [Int32] = []
    for i in 0..<n {
      var stream = RandomStream(seed: seed, "simulation counts", i)
      for t in 0..<bins {
        let start = labels[i] * q * bins
        var eta = loadings[i * q] + trajectories[start + t]
        for j in 1..<q { eta += loadings[i * q + j] * trajectories[start + j * bins + t] }
        let count = stream.count(mean: exp(min(eta, 13)), dispersion: isPoisson ? nil : dispersion)
        counts.append(Int32(min(count, SpikeCounts.largest)))
      }
    }
    return Outcome(
      counts: try SpikeCounts(counts, neurons: n), labels: labels, states: Array(states.suffix(bins)),
      trajectories: trajectories, loadings: loadings)
  }

  /// A rotation by `angle` in a plane of random direction, `[dimension, dimension]`.
  private static func rotation(dimension n: Int, angle: Double, using stream: inout RandomStream) -> [Double]
  {
    func unit(_ v: [Double]) -> [Double] {
      let norm = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return v.map { $0 / norm }
    }
    let a = unit((0..<n).map { _ in stream.normal() })
    let raw = (0..<n).map { _ in stream.normal() }
    let along = zip(a, raw).reduce(0) { $0 + $1.0 * $1.1 }
    let b = unit(zip(raw, a).map { $0 - along * $1 })
    let (c, s) = (cos(angle), sin(angle))
    var map = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        let inPlane = (c - 1) * (a[i] * a[j] + b[i] * b[j])
        map[i * n + j] = (i == j ? 1 : 0) + inPlane + s * (b[i] * a[j] - a[i] * b[j])
      }
    }
    return map
  }
}
