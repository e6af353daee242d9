import Foundation
import Probability

extension Sampler {
  /// Moves every neuron's dispersion in two ways.
  ///
  /// With ψ = log m − log r held, r given table counts is a gamma number (Zhou and Carin 2015); δ moves along as
  /// δ + log(r'/r), so the move is accepted by the ratio of δ's prior. A likelihood that is raised to a power has no table counts:
  /// there r takes a random walk with ψ held, too. With the rates m held, a random walk in log r.
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
      if power == 1 {
        drawDispersion(i, &eta, using: &stream)
      } else {
        shiftDispersion(i, &eta, using: &stream)
      }
      walkDispersion(i, eta, using: &stream)
    }
  }

  /// r given table counts, ψ held.
  private mutating func drawDispersion(_ i: Int, _ eta: inout [Double], using stream: inout RandomStream) {
    let r = state.dispersions[i]
    let rate = model.dispersionRate + logOdds(i, eta, r)
    var tables = 0
    for entry in table.histogram[i] where entry.count > 0 {
      for _ in 0..<Int(entry.times) { tables += stream.tables(customers: entry.count, concentration: r) }
    }
    let proposed = stream.gamma(shape: model.dispersionShape + Double(tables), scale: 1 / rate)
    let delta = state.loadings[i * rows]
    let shift = log(proposed / r)
    if shift.isFinite,
      log(1 - stream.uniform()) < 0.5 * (delta * delta - (delta + shift) * (delta + shift))
    {
      state.dispersions[i] = proposed
      state.loadings[i * rows] = delta + shift
      for t in 0..<table.bins { eta[t] += shift }
    }
  }

  /// A random walk in log r, ψ held.
  private mutating func shiftDispersion(_ i: Int, _ eta: inout [Double], using stream: inout RandomStream) {
    let (r, delta) = (state.dispersions[i], state.loadings[i * rows])
    let shift = walkWidth * stream.normal()
    let proposed = r * exp(shift)
    // Of what holds ψ, −Σ r log(1 + e^ψ) alone knows r.
    let ratio =
      table.logCoefficient(i, dispersion: proposed) - table.logCoefficient(i, dispersion: r)
      - (proposed - r) * (model.dispersionRate + logOdds(i, eta, r)) + model.dispersionShape * shift
      + 0.5 * (delta * delta - (delta + shift) * (delta + shift))
    guard log(1 - stream.uniform()) < ratio else { return }
    state.dispersions[i] = proposed
    state.loadings[i * rows] = delta + shift
    for t in 0..<table.bins { eta[t] += shift }
  }

  /// Wider where the likelihood says less.
  private var walkWidth: Double { 0.4 / power.squareRoot() }

  private mutating func walkDispersion(_ i: Int, _ eta: [Double], using stream: inout RandomStream) {
    let r = state.dispersions[i]
    let proposed = r * exp(walkWidth * stream.normal())
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
