/// A law on 0 ..< weights.count that is drawn from in constant time (Walker's alias method, built as Vose 1991).
public struct Categorical: Sendable, Hashable {
  private let keep: [Double]
  private let alias: [Int]

  /// A law proportional to `weights`.
  ///
  /// - Parameter weights: finite, not negative, at least one above 0.
  public init(weights: [Double]) {
    let total = weights.reduce(0, +)
    precondition(
      weights.allSatisfy { $0 >= 0 && $0.isFinite }, "Categorical: weights must be finite and not negative")
    precondition(total > 0 && total.isFinite, "Categorical: at least one weight must be greater than 0")
    let scaled = weights.map { $0 / total * Double(weights.count) }
    var keep = scaled
    var alias = Array(weights.indices)
    var small = weights.indices.filter { scaled[$0] < 1 }
    var large = weights.indices.filter { scaled[$0] >= 1 }
    while let s = small.popLast() {
      guard let l = large.popLast() else {
        keep[s] = 1
        continue
      }
      alias[s] = l
      keep[l] -= 1 - keep[s]
      if keep[l] < 1 { small.append(l) } else { large.append(l) }
    }
    for l in large { keep[l] = 1 }
    self.keep = keep
    self.alias = alias
  }

  fileprivate func pick(_ column: Int, _ uniform: Double) -> Int {
    uniform < keep[column] ? column : alias[column]
  }
  fileprivate var count: Int { keep.count }
}

extension RandomStream {
  /// A number from a categorical law.
  public mutating func draw(_ law: Categorical) -> Int { law.pick(integer(below: law.count), uniform()) }
}
