import Foundation
import Probability

extension SmallMatrix {
  /// The inverse of a small matrix and log |det|, by elimination with row pivots.
  static func generalInverse(_ matrix: [Double], _ n: Int) -> (inverse: [Double], logDeterminant: Double)? {
    var a = matrix
    var result = (0..<(n * n)).map { $0 / n == $0 % n ? 1.0 : 0 }
    var sum = 0.0
    for column in 0..<n {
      let pivot = (column..<n).max { abs(a[$0 * n + column]) < abs(a[$1 * n + column]) }!
      let value = a[pivot * n + column]
      guard abs(value) > 1e-9, value.isFinite else { return nil }
      sum += log(abs(value))
      if pivot != column {
        for k in 0..<n {
          a.swapAt(pivot * n + k, column * n + k)
          result.swapAt(pivot * n + k, column * n + k)
        }
      }
      for k in 0..<n {
        a[column * n + k] /= value
        result[column * n + k] /= value
      }
      for row in 0..<n where row != column {
        let share = a[row * n + column]
        for k in 0..<n {
          a[row * n + k] -= share * a[column * n + k]
          result[row * n + k] -= share * result[column * n + k]
        }
      }
    }
    return (result, sum)
  }
}
