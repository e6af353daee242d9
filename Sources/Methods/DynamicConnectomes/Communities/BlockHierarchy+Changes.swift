/// What a move changes at one level.
extension BlockHierarchy {
  func lowestChange(_ step: Reach, _ load: Load) -> Double {
    let level = levels[0]
    var change = 0.0
    for noted in level.changes {
      var sums = level.sums(noted.a, noted.b)
      sums += noted.sums
      change += lowestTerm(noted.a, noted.b, sums) - level.terms[noted.a * level.slots + noted.b]
    }
    let (source, target) = (step.loser, step.winner)
    let degree =
      switch load {
      case .node(let node): Int(graph.degrees[node])
      case .group: Int(level.ends[source])
      }
    let (endsA, endsB) = (Int(level.ends[source]), Int(level.ends[target]))
    let (sizeA, sizeB, moved) = (Int(level.size[source]), Int(level.size[target]), Int(step.lost))
    change += groupTerm(ends: endsA - degree, size: sizeA - moved) - groupTerm(ends: endsA, size: sizeA)
    change += groupTerm(ends: endsB + degree, size: sizeB + moved) - groupTerm(ends: endsB, size: sizeB)
    if model.degreeCorrected {
      let width = graph.mostDegree + 1
      switch load {
      case .node:
        change += graph.log(Int(histogram[source * width + degree]))
        change -= graph.log(Int(histogram[target * width + degree]) + 1)
      case .group:
        for degree in 0..<width {
          let (a, b) = (Int(histogram[source * width + degree]), Int(histogram[target * width + degree]))
          if a > 0, b > 0 {
            change += numbers.logFactorial(a) + numbers.logFactorial(b) - numbers.logFactorial(a + b)
          }
        }
      }
    }
    return change + countChange(step, items: 0)
  }

  func upperChange(_ step: Reach, items: Int32) -> Double {
    let level = levels[step.index]
    let hasLoser = step.lost > 0
    let hasWinner = step.won > 0
    var change = 0.0
    for noted in level.changes {
      var sums = level.sums(noted.a, noted.b)
      let old = sums.edges
      sums += noted.sums
      change += upperTerm(sums) - level.terms[noted.a * level.slots + noted.b]
      let isSized =
        hasLoser && (noted.a == step.loser || noted.b == step.loser)
        || hasWinner && (noted.a == step.winner || noted.b == step.winner)
      if !isSized {
        let (sizeA, sizeB) = (level.size[noted.a], level.size[noted.b])
        change +=
          multiset(noted.a, noted.b, sizeA, sizeB, sums.edges)
          - multiset(noted.a, noted.b, sizeA, sizeB, old)
      }
    }
    func newSize(_ group: Int) -> Int32 {
      level.size[group] - (hasLoser && group == step.loser ? step.lost : 0)
        + (hasWinner && group == step.winner ? step.won : 0)
    }
    func pair(_ a: Int, _ b: Int) -> Double {
      let old = level.sums(a, b).edges
      return multiset(a, b, newSize(a), newSize(b), old + level.noted(a, b).edges)
        - multiset(a, b, level.size[a], level.size[b], old)
    }
    if hasLoser {
      for group in level.occupied { change += pair(step.loser, group) }
      if step.appears { change += pair(step.loser, step.winner) }
      change += numbers.logFactorial(Int(level.size[step.loser]))
      change -= numbers.logFactorial(Int(newSize(step.loser)))
    }
    if hasWinner {
      for group in level.occupied where !(hasLoser && group == step.loser) {
        change += pair(step.winner, group)
      }
      if step.appears { change += pair(step.winner, step.winner) }
      change += numbers.logFactorial(Int(level.size[step.winner]))
      change -= numbers.logFactorial(Int(newSize(step.winner)))
    }
    return change + countChange(step, items: items)
  }

  /// The change of the partition's terms that depend on the numbers of items and groups alone.
  private func countChange(_ step: Reach, items: Int32) -> Double {
    let level = levels[step.index]
    let groups = (step.appears ? 1 : 0) - (step.vanishes ? 1 : 0)
    if groups == 0, items == 0 { return 0 }
    return countTerm(items: level.itemCount + Int(items), groups: level.occupied.count + groups)
      - countTerm(items: level.itemCount, groups: level.occupied.count)
  }
}
