import Foundation
import Probability

/// Draws nested partitions from their posterior, whose logarithm is minus the description length.
///
/// A partition with B named groups stands for B! labellings, each of the posterior's weight; the chain works on groups without
/// names and so weighs it B!-fold on each level. Moves: single items by Peixoto's (2014) proposal, which looks at where an
/// item's neighbours' edges go, new groups under any group of the level above, and splits and merges by restricted Gibbs scans
/// (Jain and Neal 2004). No move empties a group of the level above.
struct BlockSampler {
  private let graph: GraphIndex
  private let model: BlockModel
  private(set) var state: BlockHierarchy
  /// The description length of the present state.
  private(set) var length: Double
  private var stream: RandomStream
  /// Chance of proposing a new group.
  private static var newGroupChance: Double { 0.05 }
  /// ε of the proposal.
  private static var uniformShare: Double { 1 }
  /// Scans before the one that counts.
  private static var launchScans: Int { 3 }

  init(_ graph: GraphIndex, model: BlockModel, partitions: [[Int]], stream: RandomStream) {
    self.graph = graph
    self.model = model
    self.stream = stream
    state = BlockHierarchy(graph, model: model, partitions: partitions, spare: 16)
    length = state.length()
  }

  /// One proposal for every item of every level, and a split or merge on each level for every eight items.
  mutating func sweep() {
    if state.levels.dropLast().contains(where: { $0.slots < $0.itemCount && $0.slots - $0.occupied.count < 4 }
    ) {
      state = BlockHierarchy(graph, model: model, partitions: state.partitions, spare: 16)
      length = state.length()
    }
    for index in 0..<(state.levels.count - 1) {
      let level = state.levels[index]
      if level.itemCount < 2 { break }
      for item in 0..<level.items where level.groupOf[item] >= 0 { step(item, at: index) }
      for _ in 0..<max(1, level.itemCount / 8) { splitOrMerge(at: index) }
    }
  }

  private mutating func step(_ item: Int, at index: Int) {
    let (level, next) = (state.levels[index], state.levels[index + 1])
    let source = Int(level.groupOf[item])
    let isAlone = level.size[source] == 1
    let groups = level.occupied.count
    state.gather(item, at: index)
    if stream.uniform() < Self.newGroupChance {
      guard !isAlone, let empty = level.emptySlot else { return }
      let parent = next.occupied[stream.integer(below: next.occupied.count)]
      let change = state.change(moving: item, at: index, to: empty, parent: parent)
      state.commit()
      let forward = log(Self.newGroupChance) - log(Double(next.occupied.count))
      let backward = log(1 - Self.newGroupChance) + log(chance(of: source, at: index))
      if accepts(-change + log(Double(groups + 1)) + backward - forward) {
        length += change
      } else {
        _ = state.change(moving: item, at: index, to: source)
        state.commit()
      }
      return
    }
    let target = propose(at: index)
    if target == source { return }
    let parent = Int(next.groupOf[source])
    if isAlone, next.size[parent] == 1 { return }
    let forward = log(1 - Self.newGroupChance) + log(chance(of: target, at: index))
    let change = state.change(moving: item, at: index, to: target)
    state.commit()
    let backward =
      isAlone
      ? log(Self.newGroupChance) - log(Double(next.occupied.count))
      : log(1 - Self.newGroupChance) + log(chance(of: source, at: index))
    let labels = isAlone ? -log(Double(groups)) : 0
    if accepts(-change + labels + backward - forward) {
      length += change
    } else {
      // An emptied group keeps its slot and is put back under its parent.
      _ = state.change(moving: item, at: index, to: source, parent: isAlone ? parent : nil)
      state.commit()
    }
  }

  private mutating func accepts(_ logRatio: Double) -> Bool {
    logRatio >= 0 || stream.uniform() < exp(logRatio)
  }

  /// A group for the gathered item: that of a random neighbour's random edge, or any.
  private mutating func propose(at index: Int) -> Int {
    let level = state.levels[index]
    let groups = level.occupied
    let total = level.gathered.reduce(0) { $0 + Int($1.sums.edges) }
    guard total > 0 else { return groups[stream.integer(below: groups.count)] }
    var pick = stream.integer(below: total)
    let via =
      level.gathered.first { entry in
        pick -= Int(entry.sums.edges)
        return pick < 0
      }!.group
    let ends = Double(level.ends[via])
    let any = Self.uniformShare * Double(groups.count)
    if stream.uniform() < any / (ends + any) { return groups[stream.integer(below: groups.count)] }
    var end = stream.integer(below: max(1, Int(level.ends[via])))
    for group in groups {
      end -= Int(level.sums(via, group).edges) * (group == via ? 2 : 1)
      if end < 0 { return group }
    }
    return groups[groups.count - 1]
  }

  /// The chance with which the gathered item is sent to a group, in the present state.
  private func chance(of target: Int, at index: Int) -> Double {
    let level = state.levels[index]
    let groups = Double(level.occupied.count)
    let total = level.gathered.reduce(0) { $0 + Int($1.sums.edges) }
    guard total > 0 else { return 1 / groups }
    return level.gathered.reduce(0.0) { sum, entry in
      let edges = Double(level.sums(entry.group, target).edges) * (entry.group == target ? 2 : 1)
      return sum + Double(entry.sums.edges) / Double(total) * (edges + Self.uniformShare)
        / (Double(level.ends[entry.group]) + Self.uniformShare * groups)
    }
  }

  // MARK: splits and merges

  private mutating func splitOrMerge(at index: Int) {
    let (level, next) = (state.levels[index], state.levels[index + 1])
    let items = (0..<level.items).filter { level.groupOf[$0] >= 0 }
    let first = items[stream.integer(below: items.count)]
    var second = items[stream.integer(below: items.count - 1)]
    if second == first { second = items[items.count - 1] }
    let (source, other) = (Int(level.groupOf[first]), Int(level.groupOf[second]))
    let groups = level.occupied.count
    let parents = log(Double(next.occupied.count))
    if source == other {
      guard let empty = level.emptySlot else { return }
      let members = items.filter { level.groupOf[$0] == Int32(source) && $0 != first && $0 != second }
      let parent = next.occupied[stream.integer(below: next.occupied.count)]
      var change = shift(second, to: empty, parent: parent, at: index)
      change += launch(members, source, empty, at: index)
      let (scan, chance) = scan(members, source, empty, at: index, forced: nil)
      change += scan
      if accepts(-change + log(Double(groups + 1)) - (chance - parents)) {
        length += change
      } else {
        for item in members + [second] where Int(level.groupOf[item]) == empty {
          _ = shift(item, to: source, parent: nil, at: index)
        }
      }
    } else {
      let parent = Int(next.groupOf[other])
      if next.size[parent] == 1 { return }
      let members = items.filter {
        (level.groupOf[$0] == Int32(source) || level.groupOf[$0] == Int32(other)) && $0 != first
          && $0 != second
      }
      let before = members.map { Int(level.groupOf[$0]) }
      _ = launch(members, source, other, at: index)
      let (_, chance) = scan(members, source, other, at: index, forced: before)
      let change = state.change(merging: other, into: source, at: index)
      if accepts(-change - log(Double(groups)) + (chance - parents)) {
        state.commit()
        length += change
      }
    }
  }

  private func shift(_ item: Int, to group: Int, parent: Int?, at index: Int) -> Double {
    state.gather(item, at: index)
    let change = state.change(moving: item, at: index, to: group, parent: parent)
    state.commit()
    return change
  }

  /// Deals the members out at random, then scans.
  private mutating func launch(_ members: [Int], _ a: Int, _ b: Int, at index: Int) -> Double {
    var change = 0.0
    for item in members {
      let target = stream.bernoulli(0.5) ? a : b
      if Int(state.levels[index].groupOf[item]) != target {
        change += shift(item, to: target, parent: nil, at: index)
      }
    }
    for _ in 0..<Self.launchScans { change += scan(members, a, b, at: index, forced: nil).change }
    return change
  }

  /// Draws each member's group of two given the others, or sets it and returns the chance of that.
  private mutating func scan(_ members: [Int], _ a: Int, _ b: Int, at index: Int, forced: [Int]?) -> (
    change: Double, logChance: Double
  ) {
    let level = state.levels[index]
    var (total, logChance) = (0.0, 0.0)
    for (place, item) in members.enumerated() {
      let own = Int(level.groupOf[item])
      let other = own == a ? b : a
      state.gather(item, at: index)
      let change = state.change(moving: item, at: index, to: other)
      // ln of the chance to move, 1 / (1 + exp(change)).
      let moves = change > 0 ? -change - log1p(exp(-change)) : -log1p(exp(change))
      let stays = change > 0 ? -log1p(exp(-change)) : change - log1p(exp(change))
      let willMove = forced.map { $0[place] != own } ?? (stream.uniform() < exp(moves))
      logChance += willMove ? moves : stays
      if willMove {
        state.commit()
        total += change
      }
    }
    return (total, logChance)
  }
}
