import Foundation
import Probability

/// Where a chain begins.
public enum BiclusterStart: Sendable, Hashable, Codable {
  /// All neurons in one cluster.
  case oneCluster
  /// k-means of the smoothed counts, the number of clusters by the largest mean silhouette (Rousseeuw 1987).
  case automatic
  /// k-means of the smoothed counts.
  case kMeans(clusters: Int)
  /// Given labels.
  case labels([Int])
}

extension BiclusterState {
  /// A state to begin with: clusters by `start`, trajectories and loadings at their mode under a random walk, the states by
  /// two means of the trajectories' smoothed energy, everything else at its prior's centre.
  ///
  /// - Parameter factors: of every cluster, where their number is inferred; the most there may be unless given.
  /// - Throws: ``BiclusteringError`` when the start does not fit the counts.
  public init(
    _ start: BiclusterStart, model whole: BiclusterModel, counts: SpikeCounts, factors: Int? = nil,
    using stream: inout RandomStream
  ) throws(BiclusteringError) {
    try whole.validate(counts: counts)
    var model = whole
    if whole.infersFactors, let factors {
      guard (0...whole.factors).contains(factors) else {
        throw .outOfRange(
          name: "the number of starting factors", value: "\(factors)", allowed: "0 to \(whole.factors)")
      }
      model.factors = factors
    }
    let table = CountTable(counts)
    let labels: [Int]
    switch start {
    case .oneCluster: labels = [Int](repeating: 0, count: counts.neurons)
    case .automatic:
      let points = (0..<counts.neurons).map { SmoothedCounts.scaled(table, neuron: $0) }
      let trials = (2...max(2, min(12, counts.neurons / 2))).map {
        KMeans.labels(points, clusters: $0, using: &stream)
      }
      labels = canonicalLabels(
        trials.max { KMeans.silhouette(points, $0) < KMeans.silhouette(points, $1) }!)
    case .kMeans(let clusters):
      guard (1...counts.neurons).contains(clusters) else {
        throw .outOfRange(
          name: "the number of starting clusters", value: "\(clusters)", allowed: "1 to \(counts.neurons)")
      }
      let points = (0..<counts.neurons).map { SmoothedCounts.scaled(table, neuron: $0) }
      labels = canonicalLabels(KMeans.labels(points, clusters: clusters, using: &stream))
    case .labels(let given):
      guard given.count == counts.neurons else {
        throw .badShape(
          place: "the labels",
          problem: "there are \(given.count) labels; expected one for each of \(counts.neurons) neurons")
      }
      labels = canonicalLabels(given)
    }
    let (q, limit, stride) = (model.rows, model.stateLimit, table.stride)
    let clusters = labels.max()! + 1
    let dispersions = [Double](
      repeating: model.observation == .poisson ? 1 : 5, count: counts.neurons)
    var paths = [Double](repeating: 0, count: clusters * q * stride)
    var loadings = [Double](repeating: 0, count: counts.neurons * q)
    for cluster in 0..<clusters {
      let members = labels.indices.filter { labels[$0] == cluster }
      let joint = PathFit.joint(
        members: members, table: table, model: model, dispersions: dispersions,
        states: [Int](repeating: 0, count: counts.bins - 1), fitsDynamics: false)
      paths.replaceSubrange((cluster * q * stride)..<((cluster + 1) * q * stride), with: joint.fit.path)
      for (i, law) in zip(members, joint.loadings) {
        for j in 0..<q { loadings[i * q + j] = law.mode[j] }
      }
    }
    let states =
      limit == 1
      ? [Int](repeating: 0, count: counts.bins - 1)
      : Self.energyStates(paths, rows: clusters * q, stride: stride, bins: counts.bins, using: &stream)
    var transitions: [Double] = []
    let stay = model.stickiness + model.transitionConcentration
    for from in 0..<limit {
      for to in 0..<limit {
        let share = model.transitionConcentration / Double(limit)
        transitions.append((share + (from == to ? model.stickiness : 0)) / stay)
      }
    }
    self.init(
      labels: labels, clusters: clusters, paths: paths, loadings: loadings, dispersions: dispersions,
      states: states, base: [Double](repeating: 1 / Double(limit), count: limit), transitions: transitions,
      concentrations: Concentrations(model))
    if whole.infersFactors { inferFactors(from: q, rows: whole.rows) }
  }

  /// Makes the number of factors unknown that was `q` − 1, with room for `rows`.
  private mutating func inferFactors(from q: Int, rows: Int) {
    activeFactors = [Int](repeating: q - 1, count: clusters)
    func widened(_ values: [Double], by width: Int) -> [Double] {
      let room = [Double](repeating: 0, count: (rows - q) * width)
      return Swift.stride(from: 0, to: values.count, by: q * width).flatMap { start -> [Double] in
        Array(values[start..<(start + q * width)]) + room
      }
    }
    paths = widened(paths, by: stride)
    loadings = widened(loadings, by: 1)
  }

  /// Two groups of transitions by the logarithm of the smoothed squared deviation of all rows.
  private static func energyStates(
    _ paths: [Double], rows: Int, stride: Int, bins: Int, using stream: inout RandomStream
  ) -> [Int] {
    var energy = [Double](repeating: 0, count: bins)
    for row in 0..<rows {
      let values = Array(paths[(row * stride)..<(row * stride + bins)])
      let centre = mean(values)
      for t in 0..<bins { energy[t] += (values[t] - centre) * (values[t] - centre) }
    }
    let reach = max(1, min(5, bins / 10))
    let points = (0..<(bins - 1)).map { t -> [Double] in
      let window = energy[max(0, t - reach)...min(bins - 1, t + reach)]
      return [log(window.reduce(0, +) / Double(window.count) + 1e-6)]
    }
    return KMeans.labels(points, clusters: 2, using: &stream)
  }
}

extension SmoothedCounts {
  /// A neuron's smoothed log-counts at mean 0 and variance 1, `[bin]`; zeros for a neuron that does not vary.
  static func scaled(_ table: CountTable, neuron: Int) -> [Double] {
    let row = logDeviations(table, neuron: neuron)
    let norm = (row.reduce(0) { $0 + $1 * $1 } / Double(row.count)).squareRoot()
    return norm > 0 ? row.map { $0 / norm } : row
  }
}

/// Lloyd's algorithm from the best of several k-means++ starts.
enum KMeans {
  static func labels(_ points: [[Double]], clusters: Int, using stream: inout RandomStream) -> [Int] {
    var best: (labels: [Int], cost: Double) = ([], .infinity)
    for _ in 0..<10 {
      let found = once(points, clusters: clusters, using: &stream)
      if found.cost < best.cost || best.labels.isEmpty { best = found }
    }
    return best.labels
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for k in a.indices { sum += (a[k] - b[k]) * (a[k] - b[k]) }
    return sum
  }

  /// The mean over points of (b − a)/max(a, b): a is the mean distance within the own cluster, b to the next one.
  static func silhouette(_ points: [[Double]], _ labels: [Int]) -> Double {
    let clusters = labels.max()! + 1
    var sum = 0.0
    for (i, point) in points.enumerated() {
      var (distances, sizes) = (
        [Double](repeating: 0, count: clusters), [Double](repeating: 0, count: clusters)
      )
      for (j, other) in points.enumerated() where j != i {
        distances[labels[j]] += distance(point, other).squareRoot()
        sizes[labels[j]] += 1
      }
      guard sizes[labels[i]] > 0 else { continue }  // a point alone counts 0
      let own = distances[labels[i]] / sizes[labels[i]]
      let next = (0..<clusters).filter { $0 != labels[i] && sizes[$0] > 0 }.map { distances[$0] / sizes[$0] }
        .min()
      if let next, max(own, next) > 0 { sum += (next - own) / max(own, next) }
    }
    return sum / Double(points.count)
  }

  private static func once(_ points: [[Double]], clusters: Int, using stream: inout RandomStream) -> (
    labels: [Int], cost: Double
  ) {
    var centres = [points[stream.integer(below: points.count)]]
    while centres.count < clusters {
      let weights = points.map { point in centres.map { distance(point, $0) }.min()! }
      let isSpread = weights.contains { $0 > 0 }
      let next =
        isSpread ? stream.draw(Categorical(weights: weights)) : stream.integer(below: points.count)
      centres.append(points[next])
    }
    var labels = [Int](repeating: 0, count: points.count)
    for _ in 0..<50 {
      let before = labels
      for (i, point) in points.enumerated() {
        labels[i] = centres.indices.min { distance(point, centres[$0]) < distance(point, centres[$1]) }!
      }
      for k in centres.indices {
        let members = points.indices.filter { labels[$0] == k }
        guard !members.isEmpty else { continue }
        for d in centres[k].indices {
          centres[k][d] = members.reduce(0) { $0 + points[$1][d] } / Double(members.count)
        }
      }
      if labels == before { break }
    }
    let cost = zip(points, labels).reduce(0.0) { $0 + distance($1.0, centres[$1.1]) }
    return (labels, cost)
  }
}
