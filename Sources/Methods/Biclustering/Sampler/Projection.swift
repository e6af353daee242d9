import Foundation

/// The identified form of a cluster's trajectory: every row sums to zero over time and the factor rows are orthogonal, in order
/// of falling norm (Wei 2024, section 3.3). Log-rates do not change.
///
/// It is applied to draws that are shown; the chain itself stays where the prior puts it.
public struct Projection: Sendable {
  /// The trajectory's rows, `[row, bin]`.
  public private(set) var path: [Double]
  /// (δ, c) of the cluster's neurons, `[neuron, p + 1]`.
  public private(set) var loadings: [Double]
  private let rows: Int
  private let bins: Int

  /// Projects a cluster.
  ///
  /// Each factor's sign makes the largest entry of its turning row positive.
  public init(path: [Double], loadings: [Double], rows q: Int, bins: Int) {
    precondition(path.count == q * bins, "Projection: the path must have rows of bins")
    precondition(loadings.count % q == 0, "Projection: a neuron has as many loadings as there are rows")
    self.path = path
    self.loadings = loadings
    (rows, self.bins) = (q, bins)
    for j in 0..<q {
      let centre = path[(j * bins)..<((j + 1) * bins)].reduce(0, +) / Double(bins)
      for t in 0..<bins { self.path[j * bins + t] -= centre }
      for i in 0..<(loadings.count / q) {
        self.loadings[i * q] += centre * (j == 0 ? 1 : loadings[i * q + j])
      }
    }
    let p = q - 1
    var gram = [Double](repeating: 0, count: p * p)
    for j in 0..<p {
      for k in 0..<p {
        for t in 0..<bins {
          gram[j * p + k] += self.path[(1 + j) * bins + t] * self.path[(1 + k) * bins + t]
        }
      }
    }
    var map = Self.eigenvectors(gram, p)
    for j in 0..<p {
      let row = map[(j * p)..<((j + 1) * p)]
      if row.max(by: { abs($0) < abs($1) })! < 0 { for k in 0..<p { map[j * p + k] *= -1 } }
    }
    turn(by: map)
  }

  /// Replaces factors by map · factors and loadings alike; `map` must be orthogonal.
  private mutating func turn(by map: [Double]) {
    let p = rows - 1
    let (oldPath, oldLoadings) = (path, loadings)
    for j in 0..<p {
      for t in 0..<bins {
        path[(1 + j) * bins + t] = (0..<p).reduce(0.0) {
          $0 + map[j * p + $1] * oldPath[(1 + $1) * bins + t]
        }
      }
      for i in 0..<(loadings.count / rows) {
        loadings[i * rows + 1 + j] = (0..<p).reduce(0.0) {
          $0 + map[j * p + $1] * oldLoadings[i * rows + 1 + $1]
        }
      }
    }
  }

  /// Orders and signs the factors so that each is nearest to the reference's factor, greedily from the first.
  public mutating func align(to reference: [Double]) {
    let p = rows - 1
    var free = Array(0..<p)
    var map = [Double](repeating: 0, count: p * p)
    for j in 0..<p {
      func product(_ k: Int) -> Double {
        (0..<bins).reduce(0.0) { $0 + path[(1 + k) * bins + $1] * reference[(1 + j) * bins + $1] }
      }
      func square(_ k: Int) -> Double {
        (0..<bins).reduce(0.0) { $0 + path[(1 + k) * bins + $1] * path[(1 + k) * bins + $1] }
      }
      let best = free.min { square($0) - 2 * abs(product($0)) < square($1) - 2 * abs(product($1)) }!
      free.removeAll { $0 == best }
      map[j * p + best] = product(best) < 0 ? -1 : 1
    }
    turn(by: map)
  }

  /// Eigenvectors of a small symmetric matrix as rows, by falling eigenvalue (Jacobi's rotations).
  private static func eigenvectors(_ matrix: [Double], _ n: Int) -> [Double] {
    var a = matrix
    var v = (0..<(n * n)).map { $0 / n == $0 % n ? 1.0 : 0 }
    for _ in 0..<60 {
      for i in 0..<n {
        for j in 0..<i where abs(a[i * n + j]) > 1e-300 {
          let theta = (a[i * n + i] - a[j * n + j]) / (2 * a[i * n + j])
          let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<n {
            let (x, y) = (a[k * n + j], a[k * n + i])
            (a[k * n + j], a[k * n + i]) = (c * x - s * y, s * x + c * y)
          }
          for k in 0..<n {
            let (x, y) = (a[j * n + k], a[i * n + k])
            (a[j * n + k], a[i * n + k]) = (c * x - s * y, s * x + c * y)
            let (u, w) = (v[j * n + k], v[i * n + k])
            (v[j * n + k], v[i * n + k]) = (c * u - s * w, s * u + c * w)
          }
        }
      }
    }
    let order = (0..<n).sorted { a[$0 * n + $0] > a[$1 * n + $1] }
    return order.flatMap { v[($0 * n)..<(($0 + 1) * n)] }
  }
}
