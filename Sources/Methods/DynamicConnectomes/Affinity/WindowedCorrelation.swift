import Probability

extension DifferentialAffinity {
  /// The correlation of two traces in a window around each moment, made non-negative by the sign rule; shorter windows at
  /// the ends; NaN where a sample of either is missing in the window, 0 where either is constant.
  ///
  /// - Complexity: O(samples · window) for Pearson's, with sorting for Spearman's.
  func correlation(_ first: [Double], _ second: [Double]) -> [Double] {
    let half = window / 2
    return first.indices.map { place in
      let range = max(0, place - half)...min(first.count - 1, place + half)
      var (a, b) = (Array(first[range]), Array(second[range]))
      if a.contains(where: \.isNaN) || b.contains(where: \.isNaN) { return .nan }
      if kernel == .spearman { (a, b) = (Self.ranks(a), Self.ranks(b)) }
      let value = pearsonCorrelation(a, b)
      if value.isNaN { return 0 }
      return switch signs {
      case .both: abs(value)
      case .same: max(0, value)
      case .opposite: max(0, -value)
      }
    }
  }

  /// Ranks from 1; equal values share the mean of theirs.
  static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var begin = 0
    while begin < order.count {
      var end = begin
      while end < order.count, values[order[end]] == values[order[begin]] { end += 1 }
      for place in begin..<end { ranks[order[place]] = Double(begin + end + 1) / 2 }
      begin = end
    }
    return ranks
  }
}
