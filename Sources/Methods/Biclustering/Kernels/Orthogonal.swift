import Probability

extension RandomStream {
  /// An orthogonal matrix, uniform (Haar), `[dimension, dimension]`.
  mutating func orthogonal(dimension n: Int) -> [Double] { orthogonal(dimension: n, after: nil) }

  /// An orthogonal matrix whose first row is given and whose others are uniform.
  mutating func orthogonal(dimension n: Int, after first: [Double]?) -> [Double] {
    var rows = first.map { [$0] } ?? []
    while rows.count < n {
      var row = (0..<n).map { _ in normal() }
      for other in rows {
        let along = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
        for k in 0..<n { row[k] -= along * other[k] }
      }
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if norm > 1e-9 { rows.append(row.map { $0 / norm }) }
    }
    return rows.flatMap { $0 }
  }
}
