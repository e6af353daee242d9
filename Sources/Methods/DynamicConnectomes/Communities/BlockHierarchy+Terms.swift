/// Terms of the description length of one level.
extension BlockHierarchy {
  @inline(__always)
  func lowestTerm(_ a: Int, _ b: Int, _ sums: BlockLevel.Sums) -> Double {
    if sums.edges == 0 { return 0 }
    let edges = Int(sums.edges)
    let adjacency = -numbers.logFactorial(edges) - (a == b ? Double(edges) * GraphIndex.logTwo : 0)
    return adjacency + law.term(Int(sums.count), sums.weight, sums.squares, numbers)
  }

  @inline(__always)
  func upperTerm(_ sums: BlockLevel.Sums) -> Double {
    model.weights == .exponential ? law.exponential(Int(sums.count), sums.weight, numbers) : 0
  }

  @inline(__always)
  func multiset(_ a: Int, _ b: Int, _ sizeA: Int32, _ sizeB: Int32, _ edges: Int32) -> Double {
    if edges == 0 { return 0 }
    let places = a == b ? Int(sizeA) * (Int(sizeA) + 1) / 2 : Int(sizeA) * Int(sizeB)
    return numbers.logMultiset(places, Int(edges))
  }

  /// The parts of a group of the lowest level: its degrees' or its size's, and its share of the partition's term.
  @inline(__always)
  func groupTerm(ends: Int, size: Int) -> Double {
    if size == 0 { return 0 }
    if model.degreeCorrected {
      // The logarithms of the size's factorial in degrees and partition cancel.
      return numbers.logFactorial(ends) + numbers.logPartitions(ends, size)
    }
    return Double(ends) * graph.log(size) - numbers.logFactorial(size)
  }

  func countTerm(items: Int, groups: Int) -> Double {
    numbers.logBinomial(items - 1, groups - 1) + numbers.logFactorial(items) + graph.log(items)
  }
}
