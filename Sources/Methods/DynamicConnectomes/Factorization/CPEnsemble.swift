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
  ///   - restarts: random starts, 1 to 10000.
  ///   - threads: most threads to use; the result does not depend on it.
  ///   - ledger: keeps finished starts and recalls them; belongs to this tensor and these settings alone.
  ///   - finished: called after each start, on any thread; may throw to stop.
  ///   - report: called after each sweep, on any thread; may throw to stop.
  /// - Throws: ``ConnectomeError`` for settings out of range, and what `finished` and `report` throw.
  public init<Scalar: LinearScalar>(
    _ tensor: MaskedTensor<Scalar>, fit: CPFit, restarts: Int, threads: Int = availableThreads,
    ledger: Ledger? = nil, finished: @Sendable (_ restart: Int) throws -> Void = { _ in },
    report: @Sendable (_ restart: Int, _ sweep: Int, _ error: Double) throws -> Void = { _, _, _ in }
  ) throws {
    guard (1...10_000).contains(restarts) else {
      throw ConnectomeError.outOfRange(name: "restarts", value: "\(restarts)", allowed: "1 to 10000")
    }
    let inner = max(1, threads / restarts)
    self.init(
      try parallelMap(count: restarts, threads: threads) { restart in
        func measure() throws -> NonnegativeCP {
          try fit.run(tensor, start: .random(restart: restart), threads: inner) { sweep, error in
            try report(restart, sweep, error)
          }
        }
        let result = try ledger?.measure("connectome/start \(restart)", measure) ?? measure()
        try finished(restart)
        return result
      })
  }
}
