import Foundation

/// How far two partitions of the same items agree.
///
/// A partition is a label for every item; only equality of labels counts.
public struct PartitionAgreement: Sendable, Hashable {
  private let table: [[Int]: Int]
  private let rows: [Int]
  private let columns: [Int]
  private let count: Int

  /// Compares two partitions of the same, at least one, items.
  public init(_ first: [Int], _ second: [Int]) {
    precondition(first.count == second.count, "PartitionAgreement: the partitions must have the same items")
    precondition(!first.isEmpty, "PartitionAgreement: there must be at least one item")
    var table: [[Int]: Int] = [:]
    for (a, b) in zip(canonicalLabels(first), canonicalLabels(second)) { table[[a, b], default: 0] += 1 }
    self.table = table
    rows = Self.sizes(first)
    columns = Self.sizes(second)
    count = first.count
  }

  private static func sizes(_ labels: [Int]) -> [Int] {
    let canonical = canonicalLabels(labels)
    var sizes = [Int](repeating: 0, count: (canonical.max() ?? -1) + 1)
    for label in canonical { sizes[label] += 1 }
    return sizes
  }

  /// The Rand index adjusted for chance (Hubert and Arabie 1985): 1 for equal partitions, 0 in the mean for random ones.
  public var adjustedRandIndex: Double {
    func pairs(_ n: Int) -> Double { Double(n) * Double(n - 1) / 2 }
    let both = table.values.reduce(0) { $0 + pairs($1) }
    let first = rows.reduce(0) { $0 + pairs($1) }
    let second = columns.reduce(0) { $0 + pairs($1) }
    let expected = count > 1 ? first * second / pairs(count) : 0
    let most = (first + second) / 2
    return most == expected ? 1 : (both - expected) / (most - expected)
  }

  /// The mutual information in nats.
  public var mutualInformation: Double {
    let n = Double(count)
    let sum = table.sorted { $0.key.lexicographicallyPrecedes($1.key) }.reduce(0.0) { sum, entry in
      let joint = Double(entry.value)
      return sum + joint / n * log(n * joint / (Double(rows[entry.key[0]]) * Double(columns[entry.key[1]])))
    }
    return max(0, sum)
  }

  /// Mutual information over the mean of the two entropies; 1 when both partitions have one block.
  public var normalizedMutualInformation: Double {
    let mean = (Self.entropy(rows) + Self.entropy(columns)) / 2
    return mean == 0 ? 1 : mutualInformation / mean
  }

  /// Mutual information adjusted for chance (Vinh, Epps and Bailey 2010), with the mean of the entropies as its most.
  public var adjustedMutualInformation: Double {
    let most = (Self.entropy(rows) + Self.entropy(columns)) / 2
    if most == 0 { return 1 }
    let expected = expectedMutualInformation
    return most == expected ? 1 : (mutualInformation - expected) / (most - expected)
  }

  /// The variation of information in nats: 0 for equal partitions (Meilă 2007).
  public var variationOfInformation: Double {
    max(0, Self.entropy(rows) + Self.entropy(columns) - 2 * mutualInformation)
  }

  static func entropy(_ sizes: [Int]) -> Double {
    let n = Double(sizes.reduce(0, +))
    return -sizes.reduce(0.0) { $1 == 0 ? $0 : $0 + Double($1) / n * log(Double($1) / n) }
  }

  private var expectedMutualInformation: Double {
    let n = Double(count)
    var sum = 0.0
    for a in rows {
      for b in columns {
        for joint in max(1, a + b - count)...min(a, b) {
          let chance = exp(
            logBinomialCoefficient(Double(a), Double(joint))
              + logBinomialCoefficient(n - Double(a), Double(b - joint))
              - logBinomialCoefficient(n, Double(b)))
          sum += chance * Double(joint) / n * log(n * Double(joint) / (Double(a) * Double(b)))
        }
      }
    }
    return sum
  }
}

/// The same partition with labels 0, 1, … in order of first appearance.
public func canonicalLabels(_ labels: [Int]) -> [Int] {
  var names: [Int: Int] = [:]
  return labels.map { label in
    if let name = names[label] { return name }
    names[label] = names.count
    return names.count - 1
  }
}
