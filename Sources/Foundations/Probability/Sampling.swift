extension RandomStream {
  /// `count` different numbers of 0 ..< `population`, ascending; every subset is equally likely.
  ///
  /// - Complexity: O(`count` log `count`) when few are drawn (Floyd's method, Bentley and Floyd 1987), else
  ///   O(`population`).
  public mutating func sample(_ count: Int, outOf population: Int) -> [Int] {
    precondition(count >= 0 && count <= population, "sample: the count must lie in 0 ... population")
    if count > population / 16 {
      // Selection in order: each number is taken with the chance that keeps all subsets equally likely.
      var chosen: [Int] = []
      chosen.reserveCapacity(count)
      var candidate = 0
      while chosen.count < count {
        if integer(below: population - candidate) < count - chosen.count { chosen.append(candidate) }
        candidate += 1
      }
      return chosen
    }
    var seen = Set<Int>(minimumCapacity: count)
    for last in (population - count)..<population {
      let value = integer(below: last + 1)
      if !seen.insert(value).inserted { seen.insert(last) }
    }
    return seen.sorted()
  }
}
