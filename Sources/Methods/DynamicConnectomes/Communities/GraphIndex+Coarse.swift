import Probability

/// Where a search of large graphs begins.
extension GraphIndex {
  /// A group for every node: nodes, then groups, are joined in pairs with the neighbour that has most edges to them, until at most
  /// `most` are left.
  func coarseGroups(most: Int) -> [Int] {
    var labels = Array(0..<nodes)
    var count = nodes
    while count > most {
      var strongest = [(weight: Double, group: Int)](repeating: (-1, -1), count: count)
      var sums: [Int: Double] = [:]
      for edge in edges where labels[edge.i] != labels[edge.j] {
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
    return labels
  }
}
