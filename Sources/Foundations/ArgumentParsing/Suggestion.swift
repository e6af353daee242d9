/// The nearest of `candidates` to a mistyped `word`, or `nil` when none is near.
///
/// Nearness is the Damerau-Levenshtein distance (insertions, deletions, exchanges of a letter and of two
/// neighbours): at most a third of the word's length, rounded, and at least one edit. A candidate that the word begins
/// counts as near.
public func nearest(to word: String, among candidates: [String]) -> String? {
  let limit = max(1, (word.count + 1) / 3)
  let ranked = candidates.map { ($0, editDistance(word, $0)) }.min { $0.1 < $1.1 }
  if let (candidate, distance) = ranked, distance <= limit { return candidate }
  return word.count >= 3 ? candidates.first { $0.hasPrefix(word) } : nil
}

func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first)
  let b = Array(second)
  var rows = [Array(0...b.count)]
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
