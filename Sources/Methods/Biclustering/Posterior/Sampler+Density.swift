import Foundation
import Probability

extension BiclusterModel {
  /// log p(count | log-rate, dispersion)
  public func logProbability(count y: Int, logRate eta: Double, dispersion r: Double) -> Double {
    let y = Double(y)
    switch observation {
    case .poisson: return y * eta - exp(min(eta, 700)) - logGamma(y + 1)
    case .negativeBinomial:
      let psi = eta - log(r)
      let soft = max(psi, 0) + log1p(exp(-abs(psi)))
      return logGamma(y + r) - logGamma(r) - logGamma(y + 1) + y * psi - (y + r) * soft
    }
  }
}

extension Sampler {
  /// log p(counts, trajectories, loadings, dispersions, partition, states | β), dynamics and transition matrix integrated
  /// out, up to a constant.
  public func logDensity() -> Double {
    let (q, length) = (rows, stride)
    var sum = logPathPrior(state) + law.logProbability(sizes: state.sizes) + logFactorPrior
    sum -= 0.5 * state.loadings.reduce(0) { $0 + $1 * $1 }
    var eta = [Double](repeating: 0, count: length)
    table.withUnsafe { counts in
      for i in 0..<table.neurons {
        let start = state.labels[i] * q * length
        LoadingLaplace.logRates(
          loading(i), path: Array(state.paths[start..<(start + q * length)]),
          rows: state.rows(of: state.labels[i]),
          length: length,
          into: &eta)
        sum += likelihood(counts, i).value(eta)
        if model.observation == .negativeBinomial {
          let r = state.dispersions[i]
          sum +=
            table.logCoefficient(i, dispersion: r) + (model.dispersionShape - 1) * log(r)
            - model.dispersionRate * r
        } else {
          sum += table.logFactorials(i)
        }
      }
    }
    sum += logStatePrior(state.states, base: state.base)
    return sum
  }

  /// The identified form of every cluster's trajectory, `[cluster, row, bin]`.
  func projectedPaths() -> [Double] {
    let (q, bins) = (rows, table.bins)
    var result: [Double] = []
    for cluster in 0..<state.clusters {
      var path: [Double] = []
      for j in 0..<q {
        let start = (cluster * q + j) * stride
        path += state.paths[start..<(start + bins)]
      }
      result += Projection(path: path, loadings: [], rows: q, bins: bins).path
    }
    return result
  }
}
