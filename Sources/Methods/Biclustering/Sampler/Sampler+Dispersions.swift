import Foundation
import Probability

extension Sampler {
  /// Moves every neuron's dispersion in two ways.
  ///
  /// With ψ = log m − log r held, r given table counts is a gamma number (Zhou and Carin 2015); δ moves along as
  /// δ + log(r'/r), so the move is accepted by the ratio of δ's prior. With the rates m held, a random walk in log r.
  mutating func updateDispersions(using stream: inout RandomStream) {
    let (q, length) = (rows, stride)
    var eta = [Double](repeating: 0, count: length)
    for i in 0..<table.neurons {
      eta.withUnsafeMutableBufferPointer { eta in
        state.paths.withUnsafeBufferPointer { paths in
          state.loadings.withUnsafeBufferPointer { loadings in
            LoadingLaplace.logRates(
              loadings.baseAddress! + i * q, path: paths.baseAddress! + state.labels[i] * q * length,
              rows: q, length: length, into: eta.baseAddress!)
          }
        }
      }
      let r = state.dispersions[i]
      let rate = model.dispersionRate + logOdds(i, eta, r)
      var tables = 0
      for entry in table.histogram[i] where entry.count > 0 {
        for _ in 0..<Int(entry.times) { tables += stream.tables(customers: entry.count, concentration: r) }
      }
      let proposed = stream.gamma(shape: model.dispersionShape + Double(tables), scale: 1 / rate)
      let delta = state.loadings[i * q]
      let shift = log(proposed / r)
      if shift.isFinite,
        log(1 - stream.uniform()) < 0.5 * (delta * delta - (delta + shift) * (delta + shift))
      {
        state.dispersions[i] = proposed
        state.loadings[i * q] = delta + shift
        for t in 0..<table.bins { eta[t] += shift }
      }
      walkDispersion(i, eta, using: &stream)
    }
  }

  private mutating func walkDispersion(_ i: Int, _ eta: [Double], using stream: inout RandomStream) {
    let r = state.dispersions[i]
    let proposed = r * exp(0.4 * stream.normal())
    func target(_ r: Double) -> Double {
      let likelihood = table.withUnsafe { counts in
        eta.withUnsafeBufferPointer {
          CountLikelihood(counts, neuron: i, observation: .negativeBinomial, dispersion: r).value(
            $0.baseAddress!)
        }
      }
      return likelihood + table.logCoefficient(i, dispersion: r) + model.dispersionShape * log(r)
        - model.dispersionRate * r
    }
    if log(1 - stream.uniform()) < target(proposed) - target(r) { state.dispersions[i] = proposed }
  }

  /// Σₜ log((r + mₜ)/r) over a neuron's observed bins, for log-rates padded to the stride.
  package func logOdds(_ i: Int, _ eta: [Double], _ r: Double) -> Double {
    let length = stride
    let shift = log(r)
    return eta.withUnsafeBufferPointer { eta in
      table.withUnsafe { counts in
        var sum = Lanes.zero
        for t in Swift.stride(from: 0, to: length, by: 8) {
          let psi = load(eta.baseAddress! + t) - shift
          let size = magnitude(psi)
          let decay = (0 - size).replacing(with: -690, where: size .> 690)
          sum +=
            load(counts.mask + i * length + t)
            * (logOnePlus(exponential(decay)) + 0.5 * (psi + size))
        }
        return sum.sum()
      }
    }
  }
}
