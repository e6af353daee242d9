import Foundation

/// A nested partition under change, with the exact change of the description length of every move.
///
/// The last level always has one group, so that the description length is the nested one without a flat top. Slots that are
/// empty leave room for new groups.
final class BlockHierarchy {
  let graph: GraphIndex
  let model: BlockModel
  private(set) var levels: [BlockLevel] = []
  /// Nodes of each degree in each group of the lowest level, `[slot, degree]`; empty without degree correction.
  private var histogram: [Int32] = []
  /// The move whose change was computed last: level, groups, and the item or `nil` for the whole group.
  private var pending = (index: 0, source: 0, target: 0, item: Int?.none)
  private var pendingParent = 0
  /// How far the last move reaches, level by level.
  private var reach: [Reach] = []

  /// What a move does to the sizes of one level.
  private struct Reach {
    /// The level.
    var index: Int
    /// The group that loses items, and how many.
    var loser: Int
    var lost: Int32
    /// The group that wins items, and how many.
    var winner: Int
    var won: Int32
    /// Whether the one is emptied and the other was empty.
    var vanishes: Bool
    var appears: Bool
  }

  /// What moves between groups of the lowest level.
  private enum Load {
    /// A node.
    case node(Int)
    /// A whole group.
    case group
  }

  var numbers: PartitionNumbers { graph.numbers }
  var law: WeightLaw { graph.law }

  /// A hierarchy with given partitions.
  ///
  /// - Parameters:
  ///   - partitions: a label for every item of each level, without gaps; the last level has one group.
  ///   - spare: empty slots on every level.
  init(_ graph: GraphIndex, model: BlockModel, partitions: [[Int]], spare: Int = 4) {
    self.graph = graph
    self.model = model
    var slotsBelow = graph.nodes
    for (index, labels) in partitions.enumerated() {
      let groups = (labels.max() ?? -1) + 1
      let isLast = index == partitions.count - 1
      let level = BlockLevel(items: slotsBelow, slots: isLast ? 1 : min(groups + spare, max(slotsBelow, 1)))
      for (item, label) in labels.enumerated() { level.place(item, in: label) }
      levels.append(level)
      slotsBelow = level.slots
    }
    precondition(levels.last?.slots == 1, "BlockHierarchy: the last level must have one group")
    fillSums()
    if model.degreeCorrected {
      histogram = [Int32](repeating: 0, count: levels[0].slots * (graph.mostDegree + 1))
      for node in 0..<graph.nodes {
        histogram[Int(levels[0].groupOf[node]) * (graph.mostDegree + 1) + Int(graph.degrees[node])] += 1
      }
    }
  }

  private func fillSums() {
    let lowest = levels[0]
    lowest.clearChanges()
    for edge in graph.edges {
      lowest.note(
        Int(lowest.groupOf[edge.i]), Int(lowest.groupOf[edge.j]),
        BlockLevel.Sums(edges: 1, count: 1, weight: edge.weight, squares: edge.weight * edge.weight))
    }
    lowest.commitChanges { lowestTerm($0, $1, $2) }
    lowest.clearChanges()
    for index in levels.indices.dropFirst() {
      let (below, level) = (levels[index - 1], levels[index])
      level.clearChanges()
      for a in below.occupied.sorted() {
        for b in below.occupied where b >= a {
          let sums = below.sums(a, b)
          if sums.edges > 0 {
            level.note(
              Int(level.groupOf[a]), Int(level.groupOf[b]),
              BlockLevel.Sums(edges: sums.edges, count: 1, weight: sums.weight))
          }
        }
      }
      level.commitChanges { upperTerm($2) }
      level.clearChanges()
    }
  }

  /// The partitions with labels 0, 1, … in order of first appearance.
  var partitions: [[Int]] {
    var result: [[Int]] = []
    var order = Array(0..<graph.nodes)
    for level in levels {
      var names: [Int: Int] = [:]
      var next: [Int] = []
      result.append(
        order.map { item in
          let group = Int(level.groupOf[item])
          if let name = names[group] { return name }
          names[group] = next.count
          next.append(group)
          return next.count - 1
        })
      order = next
    }
    return result
  }

  /// The description length, counted anew by ``DescriptionLength``.
  func length() -> Double {
    DescriptionLength.nested(graph.source, partitions, model: model).total
  }

  /// Gathers what runs from an item to the groups of its level; call before ``change(moving:at:to:parent:)``.
  func gather(_ item: Int, at index: Int) {
    let level = levels[index]
    level.clearGathered()
    if index == 0 {
      for place in graph.starts[item]..<graph.starts[item + 1] {
        let link = graph.links[place]
        level.gather(
          Int(level.groupOf[Int(link.node)]),
          BlockLevel.Sums(
            edges: link.edges, count: link.edges, weight: link.weight, squares: link.squares))
      }
    } else {
      let below = levels[index - 1]
      for other in below.occupied where other != item {
        let sums = below.sums(item, other)
        if sums.edges > 0 {
          level.gather(
            Int(level.groupOf[other]), BlockLevel.Sums(edges: sums.edges, count: 1, weight: sums.weight))
        }
      }
    }
  }

  /// What runs from an item to itself.
  private func own(_ item: Int, at index: Int) -> BlockLevel.Sums {
    if index == 0 { return graph.loops[item] }
    let sums = levels[index - 1].sums(item, item)
    return sums.edges == 0
      ? BlockLevel.Sums() : BlockLevel.Sums(edges: sums.edges, count: 1, weight: sums.weight)
  }

  /// The change of the description length when an item that was gathered moves to another group; ``commit()`` makes the move.
  ///
  /// - Parameters:
  ///   - target: the group's slot, not the item's own.
  ///   - parent: the group of the level above for a target that is empty.
  func change(moving item: Int, at index: Int, to target: Int, parent: Int? = nil) -> Double {
    let level = levels[index]
    let source = Int(level.groupOf[item])
    level.clearChanges()
    for (group, sums) in level.gathered {
      if group == source {
        level.note(source, source, -sums)
        level.note(source, target, sums)
      } else if group == target {
        level.note(source, target, -sums)
        level.note(target, target, sums)
      } else {
        level.note(source, group, -sums)
        level.note(target, group, sums)
      }
    }
    let own = own(item, at: index)
    if own.edges > 0 {
      level.note(source, source, -own)
      level.note(target, target, own)
    }
    pending = (index, source, target, item)
    return cascade(
      Reach(
        index: index, loser: source, lost: 1, winner: target, won: 1, vanishes: level.size[source] == 1,
        appears: level.size[target] == 0), .node(item), parent: parent)
  }

  /// The change when all items of a group move to another; ``commit()`` makes the move.
  func change(merging source: Int, into target: Int, at index: Int) -> Double {
    let level = levels[index]
    level.clearChanges()
    for group in level.occupied {
      let sums = level.sums(source, group)
      if sums.edges == 0 { continue }
      level.note(source, group, -sums)
      level.note(target, group == source ? target : group, sums)
    }
    let size = level.size[source]
    pending = (index, source, target, nil)
    return cascade(
      Reach(
        index: index, loser: source, lost: size, winner: target, won: size, vanishes: true, appears: false),
      .group, parent: nil)
  }

  /// Carries noted changes of a level and of two groups' sizes up the hierarchy.
  private func cascade(_ start: Reach, _ load: Load, parent: Int?) -> Double {
    reach.removeAll(keepingCapacity: true)
    pendingParent = parent ?? 0
    var step = start
    var items: Int32 = 0
    var change = 0.0
    while true {
      let level = levels[step.index]
      reach.append(step)
      change += step.index == 0 ? lowestChange(step, load) : upperChange(step, items: items)
      guard step.index + 1 < levels.count else { return change }
      let next = levels[step.index + 1]
      next.clearChanges()
      if step.appears { next.groupOf[step.winner] = Int32(pendingParent) }
      for noted in level.changes {
        let old = level.sums(noted.a, noted.b).edges
        let new = old + noted.sums.edges
        let count: Int32 = (new > 0 ? 1 : 0) - (old > 0 ? 1 : 0)
        if noted.sums.edges == 0, count == 0, noted.sums.weight == 0 { continue }
        next.note(
          Int(next.groupOf[noted.a]), Int(next.groupOf[noted.b]),
          BlockLevel.Sums(edges: noted.sums.edges, count: count, weight: noted.sums.weight))
      }
      let above = step.vanishes ? Int(next.groupOf[step.loser]) : -1
      if step.appears { next.groupOf[step.winner] = -1 }
      if !step.vanishes, !step.appears, next.changes.isEmpty { return change }
      items = (step.appears ? 1 : 0) - (step.vanishes ? 1 : 0)
      var up = Reach(
        index: step.index + 1, loser: above, lost: step.vanishes ? 1 : 0,
        winner: step.appears ? pendingParent : -1, won: step.appears ? 1 : 0, vanishes: false, appears: false)
      if up.loser == up.winner { (up.lost, up.won) = (0, 0) }
      up.vanishes = up.lost > 0 && next.size[up.loser] == up.lost
      step = up
    }
  }

  /// Makes the move whose change was computed last.
  func commit() {
    let (first, source, target, item) = pending
    for (place, step) in reach.enumerated() {
      let level = levels[step.index]
      level.commitChanges { a, b, sums in
        step.index == 0 ? lowestTerm(a, b, sums) : upperTerm(sums)
      }
      if place == 0 {
        if first == 0, model.degreeCorrected { moveDegrees(source, target, item) }
        if let item {
          level.move(item, to: target)
        } else {
          for other in 0..<level.items where level.groupOf[other] == Int32(source) {
            level.move(other, to: target)
          }
        }
      } else {
        let below = reach[place - 1]
        if below.appears { level.place(below.winner, in: pendingParent) }
        if below.vanishes { level.remove(below.loser) }
      }
      level.clearChanges()
    }
  }

  private func moveDegrees(_ source: Int, _ target: Int, _ item: Int?) {
    let width = graph.mostDegree + 1
    for degree in item.map({ Int(graph.degrees[$0])...Int(graph.degrees[$0]) }) ?? 0...graph.mostDegree {
      let moved = item == nil ? histogram[source * width + degree] : 1
      histogram[source * width + degree] -= moved
      histogram[target * width + degree] += moved
    }
  }

  private func lowestChange(_ step: Reach, _ load: Load) -> Double {
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

  private func upperChange(_ step: Reach, items: Int32) -> Double {
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
