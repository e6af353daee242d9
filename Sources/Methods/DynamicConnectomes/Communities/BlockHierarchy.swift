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
  var histogram: [Int32] = []
  /// The move whose change was computed last: level, groups, and the item or `nil` for the whole group.
  var pending = (index: 0, source: 0, target: 0, item: Int?.none)
  var pendingParent = 0
  /// How far the last move reaches, level by level.
  var reach: [Reach] = []

  /// What a move does to the sizes of one level.
  struct Reach {
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
  enum Load {
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
    graph.length(partitions, model: model)
  }
}
