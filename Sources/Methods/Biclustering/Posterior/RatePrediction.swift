import Foundation
import Probability

/// Posterior mean rates, and how well they predict counts that were seen and counts that were hidden.
public struct RatePrediction: Sendable {
  /// Spikes a bin, `[neuron, bin]`.
  public let mean: [Double]
  /// Posterior standard deviations of the rates, `[neuron, bin]`.
  public let standardDeviation: [Double]
  /// How well the rates predict.
  public let scores: Scores

  /// How well rates predict counts.
  public struct Scores: Sendable, Codable {
    /// Pearson's correlation of rates and seen counts.
    public let correlation: Double
    /// Pearson's correlation of rates and hidden counts.
    public let heldOutCorrelation: Double?
    /// log predictive probability of the hidden counts over their number.
    public let heldOutLogLikelihoodPerCount: Double?
    /// The same for a Poisson law with each neuron's mean seen count.
    public let meanRateLogLikelihoodPerCount: Double?
  }

  /// Pools the draws of all chains.
  public init(_ fit: BiclusterFit, counts: SpikeCounts, chains: [ChainDraws]) {
    let draws = Double(chains.reduce(0) { $0 + Int($1.count) })
    let (n, bins) = (counts.neurons, counts.bins)
    var rates = [Double](repeating: 0, count: n * bins)
    var spread = rates
    for place in rates.indices {
      let sum = chains.reduce(0) { $0 + $1.rateSum[place] }
      let squares = chains.reduce(0) { $0 + $1.rateSquares[place] }
      rates[place] = sum / draws
      spread[place] = max(0, squares / draws - rates[place] * rates[place]).squareRoot()
    }
    mean = rates
    standardDeviation = spread
    let hidden = fit.hiddenPlaces(of: counts)
    let isHidden = Set(hidden)
    let seen = counts.observed.filter { !isHidden.contains($0) }
    func correlation(_ places: [Int]) -> Double {
      pearsonCorrelation(places.map { rates[$0] }, places.map { Double(counts.values[$0]) })
    }
    var level = [Double](repeating: 0, count: n)
    var number = level
    for place in seen {
      level[place / bins] += Double(counts.values[place])
      number[place / bins] += 1
    }
    let total = log(draws)
    let own = hidden.indices.reduce(0.0) { sum, place in
      sum + logSumExp(chains.map { $0.hidden[place] }) - total
    }
    let plain = hidden.reduce(0.0) { sum, place in
      let rate = max(0.5, level[place / bins]) / max(1, number[place / bins])
      let y = Double(counts.values[place])
      return sum + y * log(rate) - rate - logGamma(y + 1)
    }
    scores = Scores(
      correlation: correlation(seen), heldOutCorrelation: hidden.isEmpty ? nil : correlation(hidden),
      heldOutLogLikelihoodPerCount: hidden.isEmpty ? nil : own / Double(hidden.count),
      meanRateLogLikelihoodPerCount: hidden.isEmpty ? nil : plain / Double(hidden.count))
  }
}
