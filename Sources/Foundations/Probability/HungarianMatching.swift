/// The assignment of rows to columns with the least total cost (Kuhn 1955, in the O(n³) form with potentials).
public enum HungarianMatching {
  /// The column of every row.
  ///
  /// - Parameters:
  ///   - cost: `[row, column]`, finite.
  ///   - rows: number of rows.
  ///   - columns: number of columns, at least `rows`.
  public static func assign(cost: [Double], rows: Int, columns: Int) -> [Int] {
    precondition(cost.count == rows * columns, "HungarianMatching: the cost must be rows by columns")
    precondition(columns >= rows, "HungarianMatching: there must be at least as many columns as rows")
    // Index 0 of the potentials and of `owner` is a virtual start; rows and columns count from 1.
    var rowPotential = [Double](repeating: 0, count: rows + 1)
    var columnPotential = [Double](repeating: 0, count: columns + 1)
    var owner = [Int](repeating: 0, count: columns + 1)
    for row in 1..<(rows + 1) {
      owner[0] = row
      var least = [Double](repeating: .infinity, count: columns + 1)
      var before = [Int](repeating: 0, count: columns + 1)
      var isUsed = [Bool](repeating: false, count: columns + 1)
      var column = 0
      repeat {
        isUsed[column] = true
        let current = owner[column]
        var step = Double.infinity
        var next = 0
        for j in 1..<(columns + 1) where !isUsed[j] {
          let reduced = cost[(current - 1) * columns + j - 1] - rowPotential[current] - columnPotential[j]
          if reduced < least[j] {
            least[j] = reduced
            before[j] = column
          }
          if least[j] < step {
            step = least[j]
            next = j
          }
        }
        for j in 0..<(columns + 1) {
          if isUsed[j] {
            rowPotential[owner[j]] += step
            columnPotential[j] -= step
          } else {
            least[j] -= step
          }
        }
        column = next
      } while owner[column] != 0
      while column != 0 {
        owner[column] = owner[before[column]]
        column = before[column]
      }
    }
    var result = [Int](repeating: 0, count: rows)
    for j in 1..<(columns + 1) where owner[j] > 0 { result[owner[j] - 1] = j - 1 }
    return result
  }
}
