import Foundation
import LinearAlgebra
import Parallel
import Probability

/// How a non-negative CP decomposition is fitted.
public struct CPFit: Sendable, Hashable, Codable {
  /// The algorithm.
  public enum Algorithm: String, Sendable, Hashable, Codable, CaseIterable {
    /// Hierarchical alternating least squares: one column after the other, exactly (Cichocki and Phan 2009).
    case hals
    /// Accelerated proximal gradient, one mode after the other (Xu and Yin 2013).
    case bcd
  }

  /// Number of components.
  public var rank = 3
  /// The algorithm.
  public var algorithm = Algorithm.hals
  /// Most sweeps over the modes.
  public var sweeps = 500
  /// A decrease of the relative error below this ends the fit; with 0 all sweeps are made.
  public var tolerance = 1e-5
  /// Passes over the columns of a mode in each sweep of HALS.
  public var innerPasses = 3
  /// Fixes the random start.
  public var seed: UInt64 = 1

  /// Three components by HALS.
  public init() {}

  /// A fit of so many components.
  public init(rank: Int, algorithm: Algorithm = .hals, sweeps: Int = 500, tolerance: Double = 1e-5) {
    self.rank = rank
    self.algorithm = algorithm
    self.sweeps = sweeps
    self.tolerance = tolerance
  }

  /// Where a fit begins.
  public enum Start: Sendable {
    /// Numbers uniform on [0, 1], scaled so that the model is as long as the tensor; restarts differ by their number.
    case random(restart: Int)
    /// Given factors, each `[row, component]`.
    case factors(time: [Double], animal: [Double], pair: [Double])
  }

  /// - Throws: ``ConnectomeError`` for a setting out of range for a tensor of that shape.
  public func validate(times: Int, animals: Int, pairs: Int) throws(ConnectomeError) {
    // No CP decomposition of a tensor needs more than the product of its two smaller sides.
    let sides = [times, animals, pairs].sorted()
    let (product, overflow) = sides[0].multipliedReportingOverflow(by: sides[1])
    let most = min(overflow ? .max : product, 1024)
    guard rank >= 1, rank <= most else {
      throw .outOfRange(
        name: "number of components", value: "\(rank)",
        allowed: "1 to \(most) for a tensor of \(times) x \(animals) x \(pairs)")
    }
    guard sweeps >= 1 else { throw .outOfRange(name: "sweeps", value: "\(sweeps)", allowed: "at least 1") }
    guard tolerance >= 0, tolerance < 1 else {
      throw .outOfRange(name: "tolerance", value: "\(tolerance)", allowed: "from 0 to below 1")
    }
    guard (1...100).contains(innerPasses) else {
      throw .outOfRange(name: "inner passes", value: "\(innerPasses)", allowed: "1 to 100")
    }
  }

  /// Fits a tensor.
  ///
  /// Only known entries count: rows with missing entries have Gram matrices of their own. A component that has died, with
  /// zeros in one mode, is started again at random, at most three times.
  ///
  /// - Parameters:
  ///   - tensor: not all zero.
  ///   - start: where to begin.
  ///   - threads: most threads to use; the result does not depend on it.
  ///   - report: called after each sweep with its number and error; may throw to stop.
  /// - Throws: ``ConnectomeError`` for settings out of range or an empty tensor, and what `report` throws.
  /// - Complexity: 4 · rank operations a sweep for every entry, or for every entry that is not zero in the sparse layout.
  public func run<Scalar: LinearScalar>(
    _ tensor: MaskedTensor<Scalar>, start: Start = .random(restart: 0), threads: Int = availableThreads,
    report: (Int, Double) throws -> Void = { _, _ in }
  ) throws -> NonnegativeCP {
    try validate(times: tensor.times, animals: tensor.animals, pairs: tensor.pairs)
    guard tensor.squaredNorm > 0 else {
      throw ConnectomeError.tooFew(what: "entries of the tensor above 0", have: 0, need: 1)
    }
    var solver = CPSolver(self, tensor, factors: try factors(of: start, tensor), threads: threads)
    var errors: [Double] = []
    var converged = false
    var first = 0
    for sweep in 0..<sweeps {
      let error = algorithm == .hals ? solver.alternate() : solver.descend()
      errors.append(error)
      try report(sweep + 1, error)
      // What is started again must be fitted, and its first error says nothing about convergence.
      if sweep + 1 < sweeps, solver.reseedDead() {
        first = sweep + 1
        continue
      }
      // Without a tolerance, rounding of the error must not end the fit.
      if tolerance > 0, sweep > first, solver.wasAccepted, errors[sweep - 1] - error < tolerance {
        converged = true
        break
      }
    }
    return NonnegativeCP(solver.factors, errors: errors, converged: converged, reseeded: solver.reseeded)
  }

  private func factors<Scalar>(of start: Start, _ tensor: MaskedTensor<Scalar>) throws -> FactorTriple {
    switch start {
    case .factors(let time, let animal, let pair):
      precondition(
        time.count == tensor.times * rank && animal.count == tensor.animals * rank
          && pair.count == tensor.pairs * rank, "CPFit: the given factors must be rows by components")
      return FactorTriple(rank: rank, modes: [time, animal, pair])
    case .random(let restart):
      var modes: [[Double]] = []
      for (index, rows) in [tensor.times, tensor.animals, tensor.pairs].enumerated() {
        var stream = RandomStream(seed: seed, "factors", rank, restart, index)
        modes.append((0..<(rows * rank)).map { _ in stream.uniform() })
      }
      var factors = FactorTriple(rank: rank, modes: modes)
      let norm = zip(factors.gram(0), factors.gram(without: 0)).reduce(0) { $0 + $1.0 * $1.1 }
      let scale = cbrt((tensor.squaredNorm / norm).squareRoot())
      for mode in 0..<3 { factors.modes[mode] = factors.modes[mode].map { $0 * scale } }
      return factors
    }
  }
}
