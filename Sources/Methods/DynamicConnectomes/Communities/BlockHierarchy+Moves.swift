/// Moves of items and of whole groups: their change of the description length, and the moves themselves.
extension BlockHierarchy {
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
}
