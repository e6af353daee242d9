import LinearAlgebra

/// What missing entries take away from the Gram matrix of each row of a mode, so that only known entries are fitted.
///
/// For row i of a mode it is Σ z zᵀ over the row's missing entries, z the product of the two other modes' rows. Runs of
/// missing time are summed through running sums over time.
///
/// - Complexity: O((runs + rows + times) · rank²) for each mode.
struct MissingGrams: Sendable {
  private let runs: [MissingRun]
  private let times: Int
  private let hasPartialRuns: Bool
  /// The runs of each animal and of each pair, and where those of the first, second … begin.
  private let ofAnimals: (order: [Int32], starts: [Int])
  private let ofPairs: (order: [Int32], starts: [Int])

  init<Scalar>(_ tensor: MaskedTensor<Scalar>) {
    runs = tensor.missing
    times = tensor.times
    hasPartialRuns = runs.contains { $0.begin > 0 || $0.end < tensor.times }
    ofAnimals = Self.sorted(runs.map(\.animal), rows: tensor.animals)
    ofPairs = Self.sorted(runs.map(\.pair), rows: tensor.pairs)
  }

  private static func sorted(_ keys: [Int], rows: Int) -> (order: [Int32], starts: [Int]) {
    var starts = [Int](repeating: 0, count: rows + 1)
    for key in keys { starts[key + 1] += 1 }
    for row in 0..<rows { starts[row + 1] += starts[row] }
    var next = starts
    var order = [Int32](repeating: 0, count: keys.count)
    for (run, key) in keys.enumerated() {
      order[next[key]] = Int32(run)
      next[key] += 1
    }
    return (order, starts)
  }

  /// The matrices of one mode for given factors.
  struct Rows: Sendable {
    fileprivate let missing: MissingGrams
    fileprivate let mode: Int
    fileprivate let factors: FactorTriple
    /// Times: one matrix that all share, or one for each. Else: running sums of T[t]ᵀT[t], or that of all times alone.
    fileprivate let matrices: [Double]

    /// Takes a row's matrix away from `gram`, `[component, component]`.
    ///
    /// - Returns: whether there was one.
    func subtract(row: Int, from gram: UnsafeMutablePointer<Double>) -> Bool {
      let size = factors.rank * factors.rank
      if mode == 0 {
        let start = missing.hasPartialRuns ? row * size : 0
        for place in 0..<size { gram[place] -= matrices[start + place] }
        return true
      }
      let (order, starts) = mode == 1 ? missing.ofAnimals : missing.ofPairs
      if starts[row] == starts[row + 1] { return false }
      return factors.modes[3 - mode].withUnsafeBufferPointer { partners in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: size) { whole in
          whole.update(repeating: 0)
          for index in order[starts[row]..<starts[row + 1]] {
            let run = missing.runs[Int(index)]
            let partner = partners.baseAddress! + (mode == 1 ? run.pair : run.animal) * factors.rank
            if run.begin == 0, run.end == missing.times {
              addSquare(partner, to: whole.baseAddress!)
            } else {
              subtractPart(partner, run, gram)
            }
          }
          let all = matrices.count - size
          for place in 0..<size { gram[place] -= whole[place] * matrices[all + place] }
        }
        return true
      }
    }

    @inline(__always)
    private func addSquare(_ z: UnsafePointer<Double>, to matrix: UnsafeMutablePointer<Double>) {
      let rank = factors.rank
      for q in 0..<rank where z[q] != 0 {
        let (left, row) = (z[q], matrix + q * rank)
        for r in 0..<rank { row[r] += left * z[r] }
      }
    }

    private func subtractPart(
      _ z: UnsafePointer<Double>, _ run: MissingRun, _ gram: UnsafeMutablePointer<Double>
    ) {
      let rank = factors.rank
      matrices.withUnsafeBufferPointer { sums in
        let (begin, end) = (run.begin * rank * rank, run.end * rank * rank)
        for q in 0..<rank where z[q] != 0 {
          for r in 0..<rank {
            let place = q * rank + r
            gram[place] -= z[q] * z[r] * (sums[end + place] - sums[begin + place])
          }
        }
      }
    }
  }

  /// - Parameter timeGram: TᵀT.
  /// - Returns: `nil` when nothing is missing.
  func rows(of mode: Int, _ factors: FactorTriple, timeGram: [Double]) -> Rows? {
    if runs.isEmpty { return nil }
    let matrices = mode == 0 ? timeMatrices(factors) : hasPartialRuns ? timeSums(factors) : timeGram
    return Rows(missing: self, mode: mode, factors: factors, matrices: matrices)
  }

  private func timeMatrices(_ factors: FactorTriple) -> [Double] {
    let rank = factors.rank
    let size = rank * rank
    // Steps at which runs begin and end; running sums turn them into the matrices. Whole runs begin at the first time.
    var steps = [Double](repeating: 0, count: hasPartialRuns ? (times + 1) * size : size)
    var z = [Double](repeating: 0, count: rank)
    steps.withUnsafeMutableBufferPointer { steps in
      for run in runs {
        for r in 0..<rank {
          z[r] = factors.modes[1][run.animal * rank + r] * factors.modes[2][run.pair * rank + r]
        }
        let (begin, end) = (run.begin * size, run.end * size)
        let isWhole = run.begin == 0 && run.end == times
        for q in 0..<rank where z[q] != 0 {
          for r in 0..<rank {
            let product = z[q] * z[r]
            steps[begin + q * rank + r] += product
            if !isWhole { steps[end + q * rank + r] -= product }
          }
        }
      }
      if hasPartialRuns {
        for place in size..<(times * size) { steps[place] += steps[place - size] }
      }
    }
    return steps
  }

  /// Sums of T[t]ᵀT[t] over times before each, `[time + 1, component, component]`.
  private func timeSums(_ factors: FactorTriple) -> [Double] {
    let rank = factors.rank
    let size = rank * rank
    var sums = [Double](repeating: 0, count: (times + 1) * size)
    for t in 0..<times {
      for q in 0..<rank {
        let left = factors.modes[0][t * rank + q]
        for r in 0..<rank {
          let place = q * rank + r
          sums[(t + 1) * size + place] = sums[t * size + place] + left * factors.modes[0][t * rank + r]
        }
      }
    }
    return sums
  }
}
