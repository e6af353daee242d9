/// What missing entries take away from the Gram matrix of each row of a mode, so that only known entries are fitted.
///
/// For row i of a mode it is Σ z zᵀ over the row's missing entries, z the product of the two other modes' rows. Runs of
/// missing time are summed through running sums over time.
///
/// - Complexity: O((runs + times) · rank²) for each mode.
struct MissingGrams: Sendable {
  /// The matrices of one mode: one that all rows share, and one for each row that has its own.
  struct Rows: Sendable {
    var shared: [Double]?
    /// Place of a row's own matrix in `own`, or −1; empty when no row has one.
    var slots: [Int32]
    var own: [Double]
  }

  let runs: [MissingRun]
  let times: Int
  let animals: Int
  let pairs: Int
  private let pairSlots: [Int32]
  private let pairSlotCount: Int
  private let hasPartialRuns: Bool

  init<Scalar>(_ tensor: MaskedTensor<Scalar>) {
    runs = tensor.missing
    (times, animals, pairs) = (tensor.times, tensor.animals, tensor.pairs)
    hasPartialRuns = runs.contains { $0.begin > 0 || $0.end < tensor.times }
    var slots = [Int32](repeating: -1, count: tensor.pairs)
    var count: Int32 = 0
    for run in runs where slots[run.pair] < 0 {
      slots[run.pair] = count
      count += 1
    }
    pairSlots = slots
    pairSlotCount = Int(count)
  }

  func rows(of mode: Int, _ factors: FactorTriple) -> Rows? {
    if runs.isEmpty { return nil }
    switch mode {
    case 0: return timeRows(factors)
    case 1:
      return rows(factors, slots: (0..<Int32(animals)).map { $0 }, count: animals, \.animal, other: 2, \.pair)
    default: return rows(factors, slots: pairSlots, count: pairSlotCount, \.pair, other: 1, \.animal)
    }
  }

  private func timeRows(_ factors: FactorTriple) -> Rows {
    let rank = factors.rank
    let size = rank * rank
    var shared = [Double](repeating: 0, count: size)
    // Steps at which runs begin and end; running sums turn them into the matrices.
    var steps = [Double](repeating: 0, count: hasPartialRuns ? (times + 1) * size : 0)
    for run in runs {
      let z = (0..<rank).map {
        factors.modes[1][run.animal * rank + $0] * factors.modes[2][run.pair * rank + $0]
      }
      let isWhole = run.begin == 0 && run.end == times
      for q in 0..<rank where z[q] != 0 {
        for r in 0..<rank {
          let product = z[q] * z[r]
          if isWhole {
            shared[q * rank + r] += product
          } else {
            steps[run.begin * size + q * rank + r] += product
            steps[run.end * size + q * rank + r] -= product
          }
        }
      }
    }
    guard hasPartialRuns else { return Rows(shared: shared, slots: [], own: []) }
    for place in 0..<size { steps[place] += shared[place] }
    for place in size..<(times * size) { steps[place] += steps[place - size] }
    return Rows(shared: nil, slots: (0..<Int32(times)).map { $0 }, own: steps)
  }

  /// Sums of T[t]ᵀT[t] over times before each, `[time + 1, component, component]`; only the ends when all runs are whole.
  private func timeSums(_ factors: FactorTriple) -> (sums: [Double], isFull: Bool) {
    let rank = factors.rank
    guard hasPartialRuns else { return (factors.gram(0), false) }
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
    return (sums, true)
  }

  /// The matrices of animals or pairs: each run adds (row rowᵀ) times its sum over time, the row being that of the other mode.
  private func rows(
    _ factors: FactorTriple, slots: [Int32], count: Int, _ own: KeyPath<MissingRun, Int>, other: Int,
    _ partner: KeyPath<MissingRun, Int>
  ) -> Rows {
    let rank = factors.rank
    let size = rank * rank
    let (sums, isFull) = timeSums(factors)
    var matrices = [Double](repeating: 0, count: count * size)
    for run in runs {
      let start = Int(slots[run[keyPath: own]]) * size
      let row = run[keyPath: partner] * rank
      for q in 0..<rank {
        let left = factors.modes[other][row + q]
        if left == 0 { continue }
        for r in 0..<rank {
          let place = q * rank + r
          let sum = isFull ? sums[run.end * size + place] - sums[run.begin * size + place] : sums[place]
          matrices[start + place] += left * factors.modes[other][row + r] * sum
        }
      }
    }
    return Rows(shared: nil, slots: slots, own: matrices)
  }
}
