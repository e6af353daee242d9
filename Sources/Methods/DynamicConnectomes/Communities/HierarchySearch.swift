import Probability

/// The search for the nested partition of least description length.
///
/// Each level in turn is cut into single items and put together again: groups are merged best first, items move greedily in
/// between, and the best number of groups on the way is kept (the agglomerative multilevel search of Peixoto 2014). From the
/// lowest level up, then down again while something improves; at last moves, merges and splits at all levels.
struct HierarchySearch {
  let graph: GraphIndex
  let model: BlockModel
  var partitions: [[Int]]
  var length: Double
  var stream: RandomStream

  /// Begins with one group.
  init(_ graph: GraphIndex, model: BlockModel, seed: UInt64, attempt: Int) {
    self.graph = graph
    self.model = model
    stream = RandomStream(seed: seed, "block search", attempt, model.degreeCorrected ? 1 : 0)
    var depth = 1
    while 1 << depth < graph.nodes { depth += 1 }
    partitions =
      [Array(repeating: 0, count: graph.nodes)] + (0..<depth).map { _ in [0] }
    length = graph.length(partitions, model: model)
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
    if items <= Self.mostGroups {
      start[index + 1] = start[index].map { start[index + 1][$0] }
      start[index] = Array(0..<items)
    } else {
      // Only the lowest level has so many items.
      start[index] = graph.coarseGroups(most: Self.mostGroups)
      start[index + 1] = Array(repeating: 0, count: (start[index].max() ?? 0) + 1)
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
    let exact = graph.length(best.1, model: model)
    if exact < length - 1e-9 {
      (length, partitions) = (exact, padded(best.1))
      return true
    }
    return false
  }

  /// Groups that a search begins with at most; more items are joined to their strongest neighbours first.
  static var mostGroups: Int { 600 }

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
}
