/// A non-negative CP decomposition: X[t, w, p] ≈ Σᵣ λᵣ · time[t, r] · animal[w, r] · pair[p, r].
///
/// Columns have length 1 and components come in falling order of λ.
public struct NonnegativeCP: Sendable, Hashable, Codable {
  /// Number of components.
  public let rank: Int
  /// Norms of the components, in falling order.
  public let weights: [Double]
  /// When: `[time, component]`.
  public let time: [Double]
  /// Who: `[animal, component]`.
  public let animal: [Double]
  /// Which pairs: `[pair, component]`.
  public let pair: [Double]
  /// ‖X − X̂‖ / ‖X‖ over the known entries, after each sweep.
  public let errors: [Double]
  /// Whether the error's last decrease was below the tolerance.
  public let converged: Bool
  /// How often a component that had died was started again.
  public let reseeded: Int

  /// The error after the last sweep.
  public var relativeError: Double { errors.last ?? .infinity }

  /// Brings factors of any scale into the standard form.
  init(_ factors: FactorTriple, errors: [Double], converged: Bool, reseeded: Int) {
    rank = factors.rank
    self.errors = errors
    self.converged = converged
    self.reseeded = reseeded
    let lengths = factors.modes.map { mode in factors.columnLengths(mode) }
    let norms = (0..<factors.rank).map { r in lengths.reduce(1) { $0 * $1[r] } }
    let order = norms.indices.sorted { (norms[$1], $0) < (norms[$0], $1) }
    weights = order.map { norms[$0] }
    let columns = zip(factors.modes, lengths).map { mode, lengths in
      stride(from: 0, to: mode.count, by: factors.rank).flatMap { row in
        order.map { lengths[$0] > 0 ? mode[row + $0] / lengths[$0] : 0 }
      }
    }
    (time, animal, pair) = (columns[0], columns[1], columns[2])
  }

  /// One column of a mode.
  static func column(_ mode: [Double], _ r: Int, rank: Int) -> [Double] {
    stride(from: r, to: mode.count, by: rank).map { mode[$0] }
  }

  /// When a component is active, one number a sample.
  public func timeCourse(of component: Int) -> [Double] { Self.column(time, component, rank: rank) }

  /// How strongly each animal has a component.
  public func animalLoadings(of component: Int) -> [Double] { Self.column(animal, component, rank: rank) }

  /// How strongly each pair of neurons belongs to a component.
  public func pairLoadings(of component: Int) -> [Double] { Self.column(pair, component, rank: rank) }
}

/// Factors of any scale while they are fitted.
struct FactorTriple: Sendable {
  let rank: Int
  /// Times, animals, pairs; each `[row, component]`.
  var modes: [[Double]]

  func columnLengths(_ mode: [Double]) -> [Double] {
    (0..<rank).map { r in
      stride(from: r, to: mode.count, by: rank).reduce(0.0) { $0 + mode[$1] * mode[$1] }.squareRoot()
    }
  }

  /// UᵀU, `[component, component]`.
  func gram(_ mode: Int) -> [Double] {
    let values = modes[mode]
    var gram = [Double](repeating: 0, count: rank * rank)
    gram.withUnsafeMutableBufferPointer { gram in
      values.withUnsafeBufferPointer { values in
        for row in stride(from: 0, to: values.count, by: rank) {
          for q in 0..<rank {
            let left = values[row + q]
            if left == 0 { continue }
            for r in 0..<rank { gram[q * rank + r] += left * values[row + r] }
          }
        }
      }
    }
    return gram
  }

  /// The Gram matrices of the two other modes multiplied number by number.
  func gram(without mode: Int) -> [Double] {
    let others = (0..<3).filter { $0 != mode }.map { gram($0) }
    return zip(others[0], others[1]).map { $0 * $1 }
  }
}
