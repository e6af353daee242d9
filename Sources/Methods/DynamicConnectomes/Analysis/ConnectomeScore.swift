import Foundation
import Probability

/// How well an analysis finds planted motifs.
public struct ConnectomeScore: Sendable, Hashable, Codable {
  /// One planted motif and the component matched to it.
  public struct Match: Sendable, Hashable, Codable {
    /// Place of the planted motif.
    public let planted: Int
    /// The component; −1 when there are fewer.
    public let component: Int
    /// Share of the component's squared temporal factor within the planted stretch.
    public let timeShare: Double
    /// Correlation of its animal factor with the planted strengths; 0 when the planted ones are all equal.
    public let animalCorrelation: Double
    /// Chance that a pair within the planted group has a larger loading than a pair that is not (area under the curve).
    public let pairArea: Double
    /// The largest F1 score, among all communities of all levels, with the planted group.
    public let communityF1: Double
  }

  /// One for each planted motif.
  public let matches: [Match]
  /// Means over the planted motifs.
  public let timeShare: Double
  /// Mean of the correlations.
  public let animalCorrelation: Double
  /// Mean of the areas.
  public let pairArea: Double
  /// Mean of the F1 scores.
  public let communityF1: Double

  /// Scores an analysis.
  ///
  /// - Parameters:
  ///   - analysis: of the simulated recordings.
  ///   - fit: its decomposition.
  ///   - truth: what was planted.
  public init(_ analysis: ConnectomeAnalysis, _ fit: NonnegativeCP, truth: [CalciumSimulation.Motif]) {
    let pairs = NeuronPairs(neurons: analysis.neurons.count).all
    let groups = truth.map { motif in
      Set(analysis.neurons.indices.filter { motif.neurons.contains(analysis.neurons[$0]) })
    }
    let size = max(truth.count, fit.rank)
    let areas = groups.map { group in
      (0..<fit.rank).map { r in
        Self.area(
          fit.pairLoadings(of: r), positive: pairs.map { group.contains($0.0) && group.contains($0.1) })
      }
    }
    let cost = (0..<size).flatMap { row in
      (0..<size).map { column in row < truth.count && column < fit.rank ? -areas[row][column] : 0 }
    }
    let assigned = HungarianMatching.assign(cost: cost, rows: size, columns: size)
    matches = truth.indices.map { place in
      let r = assigned[place]
      guard r < fit.rank else {
        return Match(
          planted: place, component: -1, timeShare: 0, animalCorrelation: 0, pairArea: 0.5, communityF1: 0)
      }
      let time = fit.timeCourse(of: r)
      let samples = Motif.samples(
        truth[place].on...truth[place].off, rate: analysis.samplingRate, count: time.count)
      let total = time.reduce(0) { $0 + $1 * $1 }
      let correlation = pearsonCorrelation(fit.animalLoadings(of: r), truth[place].strengths)
      return Match(
        planted: place, component: r,
        timeShare: total > 0 ? samples.reduce(0) { $0 + time[$1] * time[$1] } / total : 0,
        animalCorrelation: correlation.isFinite ? correlation : 0, pairArea: areas[place][r],
        communityF1: (analysis.motifs[r].communities?.levels ?? []).map { Self.bestF1($0, groups[place]) }
          .max()
          ?? 0)
    }
    timeShare = mean(matches.map(\.timeShare))
    animalCorrelation = mean(matches.map(\.animalCorrelation))
    pairArea = mean(matches.map(\.pairArea))
    communityF1 = mean(matches.map(\.communityF1))
  }

  /// The chance that a value of the positive class exceeds one of the other, ties half (Mann and Whitney 1947).
  static func area(_ values: [Double], positive: [Bool]) -> Double {
    let ranks = DifferentialAffinity.ranks(values)
    let count = Double(positive.count { $0 })
    let others = Double(positive.count) - count
    guard count > 0, others > 0 else { return 0.5 }
    let sum = zip(ranks, positive).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
    return (sum - count * (count + 1) / 2) / (count * others)
  }

  /// The largest F1 score of a community of one partition with a group, 2 · shared / (members + group).
  static func bestF1(_ labels: [Int], _ group: Set<Int>) -> Double {
    let sizes = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
    let shared = Dictionary(group.map { (labels[$0], 1) }, uniquingKeysWith: +)
    return shared.map { 2 * Double($1) / Double((sizes[$0] ?? 0) + group.count) }.max() ?? 0
  }
}
