import Foundation
import Probability

extension Sampler {
  /// Laplace's approximation of a neuron's (δ, c) in a cluster.
  func laplace(
    _ neuron: Int, path: UnsafePointer<Double>, rows: Int, counts: UnsafeCountTable,
    workspace: UnsafeMutablePointer<Double>
  ) -> LoadingLaplace {
    LoadingLaplace(
      likelihood(counts, neuron), path: path, rows: rows, total: table.total[neuron],
      observed: table.observed[neuron], workspace: workspace)
  }

  /// log p(y | δ, c) N(δ, c; 0, I) − log N(δ, c; mode, H⁻¹): the importance weight of a loading; close to Laplace's evidence.
  func logWeight(
    _ loading: [Double], _ approximation: LoadingLaplace, _ neuron: Int, path: UnsafePointer<Double>,
    counts: UnsafeCountTable, workspace: UnsafeMutablePointer<Double>
  ) -> Double {
    LoadingLaplace.logRates(loading, path: path, rows: loading.count, length: stride, into: workspace)
    return likelihood(counts, neuron).value(workspace) - 0.5 * loading.reduce(0) { $0 + $1 * $1 }
      - approximation.logDensity(loading)
  }

  func loading(_ neuron: Int) -> [Double] {
    Array(state.loadings[(neuron * rows)..<(neuron * rows + state.rows(of: state.labels[neuron]))])
  }

  mutating func setLoading(_ neuron: Int, _ value: [Double]) {
    state.setLoading(neuron, value, rows: rows)
  }

  /// Moves every neuron's label and loading together among the clusters there are: the cluster by its evidence under Laplace's
  /// approximation, the loading from that approximation, accepted by the ratio of exact to approximate.
  ///
  /// A neuron that is alone in its cluster keeps it here; births and deaths are proposed apart.
  mutating func updateLabels(using stream: inout RandomStream) {
    var sizes = state.sizes
    let paths = state.paths
    var workspace = [Double](repeating: 0, count: 3 * stride)
    paths.withUnsafeBufferPointer { paths in
      workspace.withUnsafeMutableBufferPointer { workspace in
        table.withUnsafe { counts in
          for i in 0..<table.neurons {
            let own = state.labels[i]
            let candidates = sizes[own] == 1 || model.fixesLabels ? [own] : Array(0..<state.clusters)
            func path(_ cluster: Int) -> UnsafePointer<Double> {
              UnsafePointer(paths.baseAddress!) + cluster * rows * stride
            }
            let laws = candidates.map {
              laplace(
                i, path: path($0), rows: state.rows(of: $0), counts: counts, workspace: workspace.baseAddress!
              )
            }
            let weights = zip(candidates, laws).map { cluster, law in
              let others = Double(sizes[cluster] - (cluster == own ? 1 : 0))
              return law.logEvidence + (candidates.count == 1 ? 0 : log(others + self.law.concentration))
            }
            let choice = stream.index(logWeights: weights)
            let proposed = laws[choice].draw(using: &stream)
            let now = candidates.firstIndex(of: own)!
            func excess(_ value: [Double], _ index: Int) -> Double {
              logWeight(
                value, laws[index], i, path: path(candidates[index]), counts: counts,
                workspace: workspace.baseAddress!) - laws[index].logEvidence
            }
            moves.labels[0] += 1
            if log(1 - stream.uniform()) < excess(proposed, choice) - excess(loading(i), now) {
              moves.labels[1] += 1
              setLoading(i, proposed)
              sizes[own] -= 1
              sizes[candidates[choice]] += 1
              state.labels[i] = candidates[choice]
            }
          }
        }
      }
    }
  }
}
