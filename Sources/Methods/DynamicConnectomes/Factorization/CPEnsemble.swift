import Laboratory
import LinearAlgebra
import Parallel

/// Fits of one tensor from several random starts.
public struct CPEnsemble: Sendable, Hashable, Codable {
  /// The fits, the least error first.
  public let fits: [NonnegativeCP]
  /// How alike each fit is to the best, 1 for the best itself.
  public let similarities: [Double]

  /// The fit of least error.
  public var best: NonnegativeCP { fits[0] }

  /// Orders fits.
  ///
  /// - Parameter fits: at least one.
  public init(_ fits: [NonnegativeCP]) {
    let order = fits.indices.sorted { (fits[$0].relativeError, $0) < (fits[$1].relativeError, $1) }
    let sorted = order.map { fits[$0] }
    self.fits = sorted
    similarities = sorted.map { CPAlignment(sorted[0], $0).similarity }
  }

  /// Fits a tensor from several starts, side by side.
  ///
  /// - Parameters:
  ///   - tensor: not all zero.
  ///   - fit: how.
  ///   - restarts: random starts, at least 1.
  ///   - threads: most threads to use; the result does not depend on it.
  ///   - report: called after each sweep, on any thread; may throw to stop.
  public init<Scalar: LinearScalar>(
    _ tensor: MaskedTensor<Scalar>, fit: CPFit, restarts: Int, threads: Int = availableThreads,
    report: @Sendable (_ restart: Int, _ sweep: Int, _ error: Double) throws -> Void = { _, _, _ in }
  ) throws {
    guard (1...10_000).contains(restarts) else {
      throw ConnectomeError.outOfRange(name: "restarts", value: "\(restarts)", allowed: "1 to 10000")
    }
    let inner = max(1, threads / restarts)
    self.init(
      try parallelMap(count: restarts, threads: threads) { restart in
        try fit.run(tensor, start: .random(restart: restart), threads: inner) { sweep, error in
          try report(restart, sweep, error)
        }
      })
  }

  /// The same, with finished starts kept in a ledger and recalled from it.
  ///
  /// - Parameters:
  ///   - ledger: belongs to this tensor and these settings alone.
  ///   - prefix: of the parts' keys.
  ///   - finished: called after each start.
  public static func resumable<Scalar: LinearScalar>(
    _ tensor: MaskedTensor<Scalar>, fit: CPFit, restarts: Int, threads: Int, ledger: Ledger,
    prefix: String = "connectome/start", finished: @Sendable (Int) throws -> Void = { _ in },
    report: @Sendable (_ restart: Int, _ sweep: Int, _ error: Double) throws -> Void
  ) throws -> CPEnsemble {
    guard (1...10_000).contains(restarts) else {
      throw ConnectomeError.outOfRange(name: "restarts", value: "\(restarts)", allowed: "1 to 10000")
    }
    let inner = max(1, threads / restarts)
    return CPEnsemble(
      try parallelMap(count: restarts, threads: threads) { restart in
        let result = try ledger.measure("\(prefix) \(restart)") {
          try fit.run(tensor, start: .random(restart: restart), threads: inner) { sweep, error in
            try report(restart, sweep, error)
          }
        }
        try finished(restart)
        return result
      })
  }
}
