import Foundation

/// How often each two items were in one block, over many drawn partitions; point partitions that follow from it.
public struct PosteriorSimilarity: Sendable, Hashable {
  /// Number of items.
  public let items: Int
  /// Number of partitions so far.
  public private(set) var draws = 0
  private var together: [Int32]

  /// No partitions yet.
  public init(items: Int) {
    precondition(items >= 1, "PosteriorSimilarity: there must be at least one item")
    self.items = items
    together = [Int32](repeating: 0, count: items * items)
  }

  /// Adds a partition: a label for every item.
  ///
  /// - Complexity: O(`items`²).
  public mutating func add(_ partition: [Int]) {
    precondition(partition.count == items, "PosteriorSimilarity: a partition has a label for every item")
    draws += 1
    let labels = canonicalLabels(partition).map(Int32.init)
    let items = items
    together.withUnsafeMutableBufferPointer { together in
      labels.withUnsafeBufferPointer { labels in
        for i in 0..<items {
          let own = labels[i]
          let row = UnsafeMutableBufferPointer(rebasing: together[(i * items)..<((i + 1) * items)])
          for j in 0..<items { row[j] &+= labels[j] == own ? 1 : 0 }
        }
      }
    }
  }

  /// The share of partitions with both items in one block; NaN before the first partition.
  public subscript(first: Int, second: Int) -> Double {
    Double(together[first * items + second]) / Double(draws)
  }

  /// All shares, `[item, item]`.
  public var matrix: [Double] { together.map { Double($0) / Double(draws) } }

  /// The posterior expected adjusted Rand index of a partition (Fritsch and Ickstadt 2009), in its usual approximation.
  public func expectedAdjustedRand(of partition: [Int]) -> Double {
    precondition(partition.count == items, "PosteriorSimilarity: a partition has a label for every item")
    var (chosen, both) = (0.0, 0.0)
    for i in 0..<items {
      for j in 0..<i where partition[i] == partition[j] {
        chosen += 1
        both += self[i, j]
      }
    }
    return Self.pear(chosen: chosen, both: both, all: pairTotal, items: items)
  }

  /// The best cut of the average-linkage tree on 1 − similarity, by a criterion.
  public func partition(_ criterion: PartitionCriterion) -> [Int] {
    let tree = AverageLinkage(distances: matrix.map { 1 - $0 }, items: items)
    let (scores, merges) = (score(along: tree, criterion), tree.merges)
    // Ties go to fewer blocks.
    let best = scores.indices.reversed().max { scores[$0] < scores[$1] }!
    return AverageLinkage.labels(items: items, merges: merges.prefix(best))
  }

  private var pairTotal: Double {
    var sum = 0.0
    for i in 0..<items { for j in 0..<i { sum += self[i, j] } }
    return sum
  }

  private static func pear(chosen: Double, both: Double, all: Double, items: Int) -> Double {
    let pairs = Double(items) * Double(items - 1) / 2
    let expected = pairs > 0 ? chosen * all / pairs : 0
    let most = (chosen + all) / 2
    return most == expected ? 1 : (both - expected) / (most - expected)
  }

  /// The criterion after 0, 1, … merges; larger is better.
  private func score(along tree: AverageLinkage, _ criterion: PartitionCriterion) -> [Double] {
    let all = pairTotal
    var (chosen, both) = (0.0, 0.0)
    var members = (0..<items).map { [$0] }
    var size = [Double](repeating: 1, count: items)
    var shared = [Double](repeating: 1, count: items)
    let rowSums = (0..<items).map { i in (0..<items).reduce(0.0) { $0 + self[i, $1] } }
    func value() -> Double {
      switch criterion {
      case .expectedAdjustedRand: return Self.pear(chosen: chosen, both: both, all: all, items: items)
      case .binder: return -(all + chosen - 2 * both)
      case .variationOfInformation:
        return -(0..<items).reduce(0.0) { $0 + log(size[$1]) + log(rowSums[$1]) - 2 * log(shared[$1]) }
      }
    }
    var scores = [value()]
    for (a, b) in tree.merges {
      chosen += Double(members[a].count * members[b].count)
      for i in members[a] {
        for j in members[b] {
          let similarity = self[i, j]
          both += similarity
          shared[i] += similarity
          shared[j] += similarity
        }
      }
      members[a] += members[b]
      members[b] = []
      for i in members[a] { size[i] = Double(members[a].count) }
      scores.append(value())
    }
    return scores
  }
}

/// What makes a point partition good.
public enum PartitionCriterion: String, Sendable, Hashable, Codable, CaseIterable {
  /// The largest posterior expected adjusted Rand index (maxPEAR).
  case expectedAdjustedRand
  /// The least expected number of wrongly joined or parted pairs (Binder 1978).
  case binder
  /// The least lower bound of the expected variation of information (Wade and Ghahramani 2018).
  case variationOfInformation
}

/// Agglomerative clustering by the mean distance between blocks.
struct AverageLinkage {
  /// Each step's two blocks, named by their first item at the start; the second is absorbed by the first.
  private(set) var merges: [(Int, Int)] = []

  /// - Complexity: O(items²) memory, O(items²) time when nearest neighbours seldom change, O(items³) at worst.
  init(distances: [Double], items: Int) {
    var distance = distances
    var size = [Double](repeating: 1, count: items)
    var isActive = [Bool](repeating: true, count: items)
    var nearest = [Int](repeating: -1, count: items)
    func find(_ i: Int) -> Int {
      var best = -1
      for j in 0..<items where j != i && isActive[j] {
        if best < 0 || distance[i * items + j] < distance[i * items + best] { best = j }
      }
      return best
    }
    for i in 0..<items { nearest[i] = find(i) }
    for _ in 1..<max(1, items) {
      var a = -1
      for i in 0..<items where isActive[i] {
        if a < 0 || distance[i * items + nearest[i]] < distance[a * items + nearest[a]] { a = i }
      }
      var b = nearest[a]
      if b < a { swap(&a, &b) }
      merges.append((a, b))
      isActive[b] = false
      let total = size[a] + size[b]
      for j in 0..<items where j != a && isActive[j] {
        let mean = (size[a] * distance[a * items + j] + size[b] * distance[b * items + j]) / total
        distance[a * items + j] = mean
        distance[j * items + a] = mean
      }
      size[a] = total
      for j in 0..<items where isActive[j] {
        if j == a || nearest[j] == a || nearest[j] == b {
          nearest[j] = find(j)
        } else if distance[j * items + a] < distance[j * items + nearest[j]] {
          nearest[j] = a
        }
      }
    }
  }

  static func labels(items: Int, merges: some Sequence<(Int, Int)>) -> [Int] {
    var label = Array(0..<items)
    for (a, b) in merges { for i in label.indices where label[i] == b { label[i] = a } }
    return canonicalLabels(label)
  }
}
