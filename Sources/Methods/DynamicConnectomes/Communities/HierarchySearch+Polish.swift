import Probability

/// Small changes at all levels that only shorten the description.
extension HierarchySearch {
  /// Improves all levels by moves, merges and splits until nothing helps.
  mutating func polish(rounds: Int, check: () throws -> Void = {}) throws {
    for _ in 0..<rounds {
      try check()
      let before = length
      let state = BlockHierarchy(graph, model: model, partitions: partitions, spare: 8)
      for index in 0..<(state.levels.count - 1) {
        _ = sweep(state, at: index, allowsNew: true)
        _ = improveByMerging(state, at: index)
        _ = improveBySplitting(state, at: index)
      }
      let found = state.partitions
      let value = graph.length(found, model: model)
      if value < length - 1e-9 { (length, partitions) = (value, found) }
      if before - length < 1e-6 { break }
    }
  }

  /// Further rounds of ``polish(rounds:check:)``, whose splits are random.
  mutating func refine(rounds: Int, check: () throws -> Void = {}) throws {
    for _ in 0..<rounds { try polish(rounds: 1, check: check) }
  }

  private func improveByMerging(_ state: BlockHierarchy, at index: Int) -> Double {
    let level = state.levels[index]
    var total = 0.0
    while level.occupied.count > 1 {
      var best = (-1e-9, -1, -1)
      for source in level.occupied.sorted() {
        for target in level.occupied where target != source {
          let change = state.change(merging: source, into: target, at: index)
          if change < best.0 { best = (change, source, target) }
        }
      }
      guard best.1 >= 0 else { break }
      total += state.change(merging: best.1, into: best.2, at: index)
      state.commit()
    }
    return total
  }

  /// Tries to part each group in two, by a random cut that is then improved item by item; keeps what helps.
  private mutating func improveBySplitting(_ state: BlockHierarchy, at index: Int) -> Double {
    let level = state.levels[index]
    var total = 0.0
    for group in level.occupied.sorted() where level.size[group] >= 2 {
      let members = (0..<level.items).filter { level.groupOf[$0] == Int32(group) }
      for _ in 0..<2 {
        guard let empty = level.emptySlot, index + 1 < state.levels.count else { return total }
        let parent = Int(state.levels[index + 1].groupOf[group])
        var change = 0.0
        var order = members
        stream.shuffle(&order)
        for item in order.prefix(members.count / 2) {
          state.gather(item, at: index)
          change += state.change(moving: item, at: index, to: empty, parent: parent)
          state.commit()
        }
        for _ in 0..<8 {
          let before = change
          stream.shuffle(&order)
          for item in order {
            let own = Int(level.groupOf[item])
            if level.size[own] == 1 { continue }
            let other = own == group ? empty : group
            state.gather(item, at: index)
            let step = state.change(moving: item, at: index, to: other)
            if step < -1e-9 {
              state.commit()
              change += step
            }
          }
          if before - change < 1e-9 { break }
        }
        if change < -1e-9 {
          total += change
          break
        }
        for item in members where Int(level.groupOf[item]) != group {
          state.gather(item, at: index)
          _ = state.change(moving: item, at: index, to: group)
          state.commit()
        }
      }
    }
    return total
  }
}
