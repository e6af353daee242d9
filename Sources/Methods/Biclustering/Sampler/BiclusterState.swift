/// Everything a chain carries from sweep to sweep; the dynamics (A, b, Q) are not among it because each sweep draws
/// them anew from their exact conditional law.
public struct BiclusterState: Sendable, Codable, Hashable {
  /// The cluster of every neuron, 0 ..< ``clusters``, every cluster used.
  public package(set) var labels: [Int]
  /// Number of clusters.
  public package(set) var clusters: Int
  /// Trajectories, `[cluster, row, stride]`: row 0 is the common log-intensity μ, rows 1 … p the factors.
  public package(set) var paths: [Double]
  /// (δ, c₁ … c_p) of every neuron, `[neuron, p + 1]`.
  public package(set) var loadings: [Double]
  /// r of every neuron.
  public package(set) var dispersions: [Double]
  /// The state that governs each transition t → t + 1, T − 1 of them.
  public package(set) var states: [Int]
  /// The states' base measure β.
  public package(set) var base: [Double]
  /// The transition matrix π, `[from, to]`.
  public package(set) var transitions: [Double]

  /// Numbers from one row of ``paths`` to the next: the bins, rounded up to a multiple of 8.
  public var stride: Int { (states.count + 1 + 7) / 8 * 8 }

  /// Concentrations, the model's own where it does not infer them.
  public package(set) var concentrations: Concentrations

  /// Number of factors of every cluster; later rows of ``paths`` and later ``loadings`` are 0 and stand for nothing. `nil` where
  /// the model gives the number.
  public package(set) var activeFactors: [Int]?

  /// Number of factors of every neuron's cluster; `nil` where the model gives the number.
  var factorsOfNeurons: [Int]? { activeFactors.map { numbers in labels.map { numbers[$0] } } }

  /// Rows of a cluster's trajectory.
  func rows(of cluster: Int) -> Int { activeFactors.map { $0[cluster] + 1 } ?? loadings.count / labels.count }

  /// Members of a cluster.
  func members(_ cluster: Int) -> [Int] { labels.indices.filter { labels[$0] == cluster } }

  /// Sets (δ, c) of a neuron; loadings that its cluster has no factors for are 0.
  mutating func setLoading(_ neuron: Int, _ value: [Double], rows: Int) {
    for j in 0..<rows { loadings[neuron * rows + j] = j < value.count ? value[j] : 0 }
  }

  /// Sizes of the clusters.
  public var sizes: [Int] {
    var sizes = [Int](repeating: 0, count: clusters)
    for label in labels { sizes[label] += 1 }
    return sizes
  }

  /// How many states govern at least one transition.
  public var occupiedStates: Int { Set(states).count }

  /// Sets a cluster's trajectory, all of its rows.
  mutating func setPath(_ cluster: Int, _ path: [Double]) {
    paths.replaceSubrange((cluster * path.count)..<((cluster + 1) * path.count), with: path)
  }

  /// Takes out a cluster that has no members; the last one takes its label.
  mutating func removeCluster(_ cluster: Int, rows: Int) {
    let last = clusters - 1
    let size = rows * stride
    if cluster != last {
      paths.replaceSubrange(
        (cluster * size)..<((cluster + 1) * size), with: paths[(last * size)..<((last + 1) * size)])
      for i in labels.indices where labels[i] == last { labels[i] = cluster }
    }
    paths.removeLast(size)
    if let factors = activeFactors?.popLast(), cluster != last { activeFactors?[cluster] = factors }
    clusters = last
  }
}
