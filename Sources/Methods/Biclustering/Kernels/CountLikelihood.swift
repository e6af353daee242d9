import Foundation

/// A neuron's likelihood as a function of its log-rates, without the factors that do not depend on them.
///
/// Negative binomial with ψ = η − log r: Σ y ψ − (y + r) log(1 + e^ψ); Poisson: Σ y η − e^η.
struct CountLikelihood {
  let observation: BiclusterModel.Observation
  /// r; not used for Poisson counts.
  let dispersion: Double
  let logDispersion: Double
  let count: UnsafePointer<Double>
  let mask: UnsafePointer<Double>
  /// A multiple of 8.
  let length: Int

  init(
    _ table: UnsafeCountTable, neuron: Int, observation: BiclusterModel.Observation, dispersion: Double
  ) {
    self.observation = observation
    self.dispersion = dispersion
    logDispersion = log(dispersion)
    count = table.count + neuron * table.stride
    mask = table.mask + neuron * table.stride
    length = table.stride
  }

  /// The log-likelihood at log-rates `eta`.
  func value(_ eta: UnsafePointer<Double>) -> Double {
    var sum = Lanes.zero
    switch observation {
    case .negativeBinomial:
      for t in stride(from: 0, to: length, by: 8) {
        let psi = load(eta + t) - logDispersion
        let y = load(count + t)
        let size = magnitude(psi)
        let soft = logOnePlus(exponential(Self.limited(0 - size))) + 0.5 * (psi + size)
        sum += y * psi - (y + load(mask + t) * dispersion) * soft
      }
    case .poisson:
      for t in stride(from: 0, to: length, by: 8) {
        let x = load(eta + t)
        sum += load(count + t) * x - load(mask + t) * exponential(Self.limited(x))
      }
    }
    return sum.sum()
  }

  /// First derivatives and negative second derivatives of the log-likelihood in each log-rate.
  func derivatives(
    _ eta: UnsafePointer<Double>, first: UnsafeMutablePointer<Double>, second: UnsafeMutablePointer<Double>
  ) {
    switch observation {
    case .negativeBinomial:
      for t in stride(from: 0, to: length, by: 8) {
        let psi = load(eta + t) - logDispersion
        let y = load(count + t)
        let e = exponential(Self.limited(0 - magnitude(psi)))
        let inverse = 1 / (1 + e)
        let share = inverse.replacing(with: e * inverse, where: psi .< 0)
        let b = y + load(mask + t) * dispersion
        store(y - b * share, first + t)
        store(b * (e * inverse * inverse), second + t)
      }
    case .poisson:
      for t in stride(from: 0, to: length, by: 8) {
        let rate = load(mask + t) * exponential(Self.limited(load(eta + t)))
        store(load(count + t) - rate, first + t)
        store(rate, second + t)
      }
    }
  }

  /// Within ±690, where the exponential neither overflows nor vanishes.
  @inline(__always)
  private static func limited(_ x: Lanes) -> Lanes {
    let high = x.replacing(with: 690, where: x .> 690)
    return high.replacing(with: -690, where: high .< -690)
  }
}

/// Pointers into a ``CountTable`` while its arrays are held.
struct UnsafeCountTable {
  let count: UnsafePointer<Double>
  let mask: UnsafePointer<Double>
  let stride: Int
}

extension CountTable {
  func withUnsafe<Result>(_ body: (UnsafeCountTable) throws -> Result) rethrows -> Result {
    try count.withUnsafeBufferPointer { count in
      try mask.withUnsafeBufferPointer { mask in
        try body(
          UnsafeCountTable(count: count.baseAddress!, mask: mask.baseAddress!, stride: stride))
      }
    }
  }
}
