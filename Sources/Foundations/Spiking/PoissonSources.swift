import Foundation
import Probability

/// Independent Poisson spike sources on a clock.
///
/// A source of rate r fires in each step of length dt with probability r · dt, independently. Instead of one draw a
/// step it draws the number of silent steps before the next spike, which is geometric: the cost is one draw a
/// spike. Every source has a random stream of its own, so the spikes depend on the seed and the names of the
/// streams alone.
public struct PoissonSources: Sendable, Hashable {
  /// Chance of a spike in a step, for each source.
  public let probabilities: [Double]

  /// Sources of given rates.
  ///
  /// - Parameters:
  ///   - rates: spikes a second, for each source.
  ///   - timeStep: milliseconds.
  /// - Throws: ``SpikingError`` for a rate that is negative, not finite, or so high that a step would hold more than
  ///   one spike.
  public init(rates: [Double], timeStep: Double) throws(SpikingError) {
    try SpikingError.positive("the time step", timeStep)
    for (source, rate) in rates.enumerated() {
      guard rate.isFinite, rate >= 0, rate * timeStep <= 1000 else {
        throw .outOfRange(
          "the rate of source \(source)", "\(rate) Hz",
          allowed: "0 to \(1000 / timeStep) Hz, one spike a step")
      }
    }
    probabilities = rates.map { $0 * timeStep / 1000 }
  }

  /// The spikes of a number of steps.
  ///
  /// - Parameters:
  ///   - steps: how many.
  ///   - seed: of the run.
  ///   - purpose: what the spikes are for, such as `"query"`.
  ///   - index: which of many equal parts, such as the presentation.
  /// - Complexity: O(sources + spikes + steps).
  public func raster(steps: Int, seed: UInt64, _ purpose: String, _ index: Int) -> SpikeRaster {
    precondition(steps >= 0, "raster: the number of steps must not be negative")
    var times: [Int32] = []
    var sources: [Int32] = []
    var offsets = [Int](repeating: 0, count: steps + 1)
    for (source, probability) in probabilities.enumerated() where probability > 0 {
      var stream = RandomStream(seed: seed, purpose, index, source)
      let scale = probability < 1 ? 1 / log1p(-probability) : 0
      var step = -1
      while true {
        // 1 - u lies in (0, 1], so its logarithm is finite and the gap at least 0.
        let gap = log(1 - stream.uniform()) * scale
        guard gap < Double(steps - step - 1) else { break }
        step += 1 + Int(gap)
        times.append(Int32(step))
        sources.append(Int32(source))
        offsets[step + 1] += 1
      }
    }
    for step in 0..<steps { offsets[step + 1] += offsets[step] }
    var next = offsets
    var neurons = [Int32](repeating: 0, count: times.count)
    for spike in times.indices {
      let step = Int(times[spike])
      neurons[next[step]] = sources[spike]
      next[step] += 1
    }
    return SpikeRaster(neuronCount: probabilities.count, neurons: neurons, offsets: offsets)
  }
}
