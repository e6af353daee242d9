import Probability

/// The search for the nested partition of least description length.
///
/// Each level in turn is cut into single items and put together again: groups are merged best first, items move greedily in
/// between, and the best number of groups on the way is kept (the agglomerative multilevel search of Peixoto 2014). From the
/// lowest level up, then down again while something improves; at last moves, merges and splits at all levels.
struct HierarchySearch {
  let graph: GraphIndex
  let model: BlockModel
  private(set) var partitions: [[Int]]
  private(set) var length: Double
  private var stream: RandomStream

  /// Begins with one group.
  init(_ graph: GraphIndex, model: BlockModel, seed: UInt64, attempt: Int) {
    self.graph = graph
    self.model = model
    stream = RandomStream(seed: seed, "block search", attempt, model.degreeCorrected ? 1 : 0)
    var depth = 1
    while 1 << depth < graph.nodes { depth += 1 }
    partitions =
      [Array(repeating: 0, count: graph.nodes)] + (0..<depth).map { _ in [0] }
    length = DescriptionLength.nested(graph.source, partitions, model: model).total
  }

  /// Runs the search.
  mutating func run(check: () throws -> Void = {}) throws {
    var index = 0
    var rounds = 0
    // Up while levels improve, then down; a level that does not improve ends the way up.
    var isRising = true
    while index >= 0, index < partitions.count - 1, rounds < 4 * partitions.count {
      try check()
      let improved = rebuild(level: index)
      rounds += 1
      if isRising {
        if improved, index + 1 < partitions.count - 1 { index += 1 } else { isRising = false; index -= 1 }
      } else if improved, rounds < 2 * partitions.count {
        index = min(index + 1, partitions.count - 2)
        isRising = true
      } else {
        index -= 1
      }
    }
    try polish(rounds: 20, check: check)
  }

  /// Cuts a level into single items and puts it together again.
  ///
  /// - Returns: whether the description length fell.
  private mutating func rebuild(level index: Int) -> Bool {
    var start = partitions
    let items = start[index].count
    if items < 2 { return false }
    // Each item inherits the group above of its group.
    if items <= HierarchySearch.mostGroups {
      start[index + 1] = start[index].map { start[index + 1][$0] }
      start[index] = Array(0..<items)
    } else {
      let coarse = coarseGroups(items)
      start[index + 1] = coarse.parents.map { _ in 0 }
      start[index] = coarse.labels
      for above in start.indices where above > index + 1 { start[above] = [0] }
    }
    let state = BlockHierarchy(graph, model: model, partitions: start)
    var value = state.length()
    var best = (value, state.partitions)
    var groups = state.levels[index].occupied.count
    while groups > 1 {
      let goal = groups > 12 ? max(12, groups * 3 / 4) : groups - 1
      value += merge(state, at: index, to: goal)
      let tries = groups > 24 ? 3 : 6
      for _ in 0..<tries {
        let gain = sweep(state, at: index, allowsNew: false)
        value += gain
        if gain > -1e-6 { break }
      }
      if value < best.0 - 1e-9 { best = (value, state.partitions) }
      let left = state.levels[index].occupied.count
      groups = min(groups - 1, left)
    }
    let exact = DescriptionLength.nested(graph.source, best.1, model: model).total
    if exact < length - 1e-9 {
      (length, partitions) = (exact, padded(best.1))
      return true
    }
    return false
  }

  /// Groups that a search begins with at most; more items are joined to their strongest neighbours first.
  static var mostGroups: Int { 600 }

  private func coarseGroups(_ items: Int) -> (labels: [Int], parents: [Int]) {
    // Only the lowest level has so many items.
    var labels = Array(0..<items)
    var count = items
    while count > Self.mostGroups {
      var strongest = [(weight: Double, group: Int)](repeating: (-1, -1), count: count)
      var sums: [Int: Double] = [:]
      for edge in graph.edges where labels[edge.i] != labels[edge.j] {
        let (a, b) = (min(labels[edge.i], labels[edge.j]), max(labels[edge.i], labels[edge.j]))
        sums[a * count + b, default: 0] += 1
      }
      for (key, weight) in sums.sorted(by: { $0.key < $1.key }) {
        let (a, b) = (key / count, key % count)
        if weight > strongest[a].weight { strongest[a] = (weight, b) }
        if weight > strongest[b].weight { strongest[b] = (weight, a) }
      }
      var joined = [Int](repeating: -1, count: count)
      var next = 0
      var last = -1
      for group in 0..<count where joined[group] < 0 {
        let partner = strongest[group].group
        if partner >= 0, joined[partner] < 0, partner != group {
          joined[group] = next
          joined[partner] = next
          next += 1
        } else if partner < 0, last >= 0 {
          joined[group] = last  // nodes without edges share groups
        } else {
          joined[group] = next
          if partner < 0 { last = next }
          next += 1
        }
      }
      if next == count {
        // Only stars are left: leaves join their centres.
        for group in 0..<count { joined[group] = joined[max(strongest[group].group, 0)] }
        joined = canonicalLabels(joined)
        next = (joined.max() ?? 0) + 1
      }
      labels = labels.map { joined[$0] }
      if next == count { break }
      count = next
    }
    return (labels, Array(0..<count))
  }

  private func padded(_ levels: [[Int]]) -> [[Int]] {
    var levels = levels
    while levels.count > partitions.count, levels.last!.count == 1 { levels.removeLast() }
    return levels
  }

  /// Merges the pairs of groups that cost least until so many are left.
  private mutating func merge(_ state: BlockHierarchy, at index: Int, to goal: Int) -> Double {
    let level = state.levels[index]
    var total = 0.0
    while level.occupied.count > goal {
      let groups = level.occupied.sorted()
      var offers: [(change: Double, source: Int, target: Int)] = []
      for (place, source) in groups.enumerated() {
        var best = (Double.infinity, -1)
        let candidates =
          groups.count <= 40 ? Array(groups[(place + 1)...]) : proposals(state, index, source, groups)
        for target in candidates where target != source {
          let change = state.change(merging: source, into: target, at: index)
          if change < best.0 { best = (change, target) }
        }
        if best.1 >= 0 { offers.append((best.0, source, best.1)) }
      }
      offers.sort { ($0.change, $0.source) < ($1.change, $1.source) }
      var touched = Set<Int>()
      for offer in offers where !touched.contains(offer.source) && !touched.contains(offer.target) {
        total += state.change(merging: offer.source, into: offer.target, at: index)
        state.commit()
        touched.insert(offer.source)
        touched.insert(offer.target)
        if level.occupied.count <= goal { break }
      }
    }
    return total
  }

  /// Groups to merge with: those with most edges, and a few at random.
  private mutating func proposals(_ state: BlockHierarchy, _ index: Int, _ source: Int, _ groups: [Int])
    -> [Int]
  {
    let level = state.levels[index]
    var chosen = groups.filter { $0 != source && level.sums(source, $0).edges > 0 }
    chosen.sort { (level.sums(source, $1).edges, $0) < (level.sums(source, $0).edges, $1) }
    chosen = Array(chosen.prefix(8))
    for _ in 0..<8 {
      // A neighbour's neighbours are what structural equivalence needs.
      let via = chosen.isEmpty ? source : chosen[stream.integer(below: chosen.count)]
      let others = groups.filter { level.sums(via, $0).edges > 0 }
      let pick =
        others.isEmpty
        ? groups[stream.integer(below: groups.count)] : others[stream.integer(below: others.count)]
      if pick != source, !chosen.contains(pick) { chosen.append(pick) }
    }
    return chosen
  }

  /// Moves each item of a level to its best group.
  ///
  /// - Returns: the change of the description length, at most 0 up to rounding.
  mutating func sweep(_ state: BlockHierarchy, at index: Int, allowsNew: Bool) -> Double {
    let level = state.levels[index]
    var order = (0..<level.items).filter { level.groupOf[$0] >= 0 }
    stream.shuffle(&order)
    var total = 0.0
    for item in order {
      let source = Int(level.groupOf[item])
      if level.occupied.count == 1, !allowsNew { break }
      state.gather(item, at: index)
      var best = (-1e-9, -1, 0)
      let all = level.occupied
      let candidates = all.count <= 32 ? all : level.gathered.map(\.group)
      for target in candidates where target != source {
        let change = state.change(moving: item, at: index, to: target)
        if change < best.0 { best = (change, target, 0) }
      }
      if allowsNew, level.size[source] > 1, index + 1 < state.levels.count, let empty = level.emptySlot {
        let parent = Int(state.levels[index + 1].groupOf[source])
        let change = state.change(moving: item, at: index, to: empty, parent: parent)
        if change < best.0 { best = (change, empty, parent) }
      }
      guard best.1 >= 0 else { continue }
      total += state.change(moving: item, at: index, to: best.1, parent: best.2)
      state.commit()
    }
    return total
  }

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
      let value = DescriptionLength.nested(graph.source, found, model: model).total
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
