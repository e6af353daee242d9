import Foundation
import Probability

/// The random synaptic input of NeuronIO: spikes on excitatory and inhibitory synapses of a basal and an apical tree whose
/// rates wander together (Beniaguev, Segev and London, *Neuron* 109, 2021, methods).
///
/// In every simulation:
/// * rates stay constant over pieces of one duration, drawn from 25, 30, …, 450 ms and up to 19 ms shorter or longer;
/// * in each piece and tree the excitatory synapses together fire E ~ U[0, 800] spikes in 100 ms and the inhibitory
///   U[max(0, E − 600), E + 200];
/// * a tree's rate is split among its segments by their length + 10 µm, each part times U[0.5, 1.5];
/// * all rates are smoothed by one Gaussian, σ drawn from 25, 30, …, 600 ms and up to 19 ms narrower or wider, cut at
///   3.5 σ, with silence beyond both ends;
/// * in each millisecond the chance of a spike is exponentially distributed with the rate as its mean, so that a synapse
///   of rate r per ms fires with chance r (1 − e^(−1/r)), which is drawn here directly.
///
/// Channels are ordered as in NeuronIO: excitatory synapses of the basal, then the apical segments, then inhibitory
/// synapses in the same order. Excitatory spikes have value 1, inhibitory −1.
public struct SynapticInput: Sendable, Hashable, Codable {
  /// Lengths of the basal segments in µm; the morphology's own where known, else equal ones.
  public var basalLengths: [Double]
  /// Lengths of the apical segments in µm.
  public var apicalLengths: [Double]
  /// Most excitatory spikes of a tree in 100 ms; 800 in NeuronIO. Scales the inhibitory rates with it.
  public var mostSpikes: Double

  /// Inputs to so many segments of equal length; NeuronIO's cell has 262 basal and 377 apical ones.
  public init(basalSegments: Int = 262, apicalSegments: Int = 377, mostSpikes: Double = 800) {
    self.init(
      basalLengths: .init(repeating: 20, count: max(0, basalSegments)),
      apicalLengths: .init(repeating: 20, count: max(0, apicalSegments)), mostSpikes: mostSpikes)
  }

  /// Inputs to segments of known length in µm.
  public init(basalLengths: [Double], apicalLengths: [Double], mostSpikes: Double = 800) {
    (self.basalLengths, self.apicalLengths) = (basalLengths, apicalLengths)
    self.mostSpikes = mostSpikes
  }

  /// Segments of both trees.
  public var segments: Int { basalLengths.count + apicalLengths.count }
  /// Synapses: an excitatory and an inhibitory one on each segment.
  public var channels: Int { 2 * segments }

  static let pieceDurations = [
    25, 30, 35, 40, 45, 55, 60, 65, 70, 75, 80, 85, 90, 100, 150, 200, 300, 450,
  ]
  static let smoothingDeviations = [25, 30, 35, 40, 50, 60, 80, 100, 150, 200, 300, 400, 500, 600]

  /// Throws unless there are segments of positive length and a rate.
  public func validate() throws(ExpressiveNeuronError) {
    try require("the number of basal segments", basalLengths.count, in: 1...100_000)
    try require("the number of apical segments", apicalLengths.count, in: 1...100_000)
    for length in basalLengths + apicalLengths { try requirePositive("the length of a segment", length) }
    try requirePositive("the number of spikes in 100 ms", mostSpikes)
  }

  /// The input of one simulation.
  ///
  /// - Parameters:
  ///   - steps: its duration in ms.
  ///   - seed: fixes all simulations.
  ///   - simulation: which of them.
  /// - Throws: ``ExpressiveNeuronError`` for settings out of range.
  public func events(steps: Int, seed: UInt64, simulation: Int) throws(ExpressiveNeuronError)
    -> EventSequence
  {
    try validate()
    try require("the number of steps", steps, in: 1...10_000_000)
    let rates = Rates(self, steps: steps, seed: seed, simulation: simulation)
    var time: [Int] = []
    var channel: [Int] = []
    var values: [Float] = []
    for synapse in 0..<channels {
      let pieces = rates.pieces(of: synapse)
      // A smoothed rate is at most the highest piece's: candidates at that rate are kept with the ratio of the chances.
      let ceiling = Self.chance(rate: pieces.max()!)
      guard ceiling > 0 else { continue }
      let skip = log1p(-min(ceiling, 1 - 0x1p-53))
      var stream = RandomStream(seed: seed, "synaptic input", simulation, synapse)
      var step = -1
      while true {
        let gap = log1p(-stream.uniform()) / skip
        guard gap < Double(steps - step - 1) else { break }
        step += 1 + Int(gap)
        if stream.uniform() * ceiling < Self.chance(rate: rates.smoothed(pieces, at: step)) {
          time.append(step)
          channel.append(synapse)
          values.append(synapse < segments ? 1 : -1)
        }
      }
    }
    return try EventSequence(time: time, channel: channel, values: values, steps: steps, channels: channels)
  }

  /// The chance of a spike in a millisecond: the mean of min(1, p) for an exponential p of mean `rate`.
  package static func chance(rate: Double) -> Double { rate <= 0 ? 0 : -rate * expm1(-1 / rate) }

  /// Rates of one simulation.
  package struct Rates {
    package let pieceDuration: Int
    package let deviation: Int
    /// Spikes of a tree in 100 ms, `[tree · 2 + inhibitory][piece]`.
    package let totals: [[Double]]
    /// Running sum of the smoothing window, from 0 to 1.
    let windowSums: [Double]
    private let steps: Int
    private let input: SynapticInput
    private let seed: UInt64
    private let simulation: Int

    package init(_ input: SynapticInput, steps: Int, seed: UInt64, simulation: Int) {
      (self.input, self.steps, self.seed, self.simulation) = (input, steps, seed, simulation)
      var stream = RandomStream(seed: seed, "synaptic rates", simulation)
      func jittered(_ options: [Int]) -> Int {
        options[stream.integer(below: options.count)] + Int(40 * stream.uniform() - 20)
      }
      pieceDuration = jittered(SynapticInput.pieceDurations)
      deviation = jittered(SynapticInput.smoothingDeviations)
      let pieces = (steps + pieceDuration - 1) / pieceDuration
      let most = input.mostSpikes
      var totals: [[Double]] = []
      for _ in 0..<2 {
        let excitatory = (0..<pieces).map { _ in most * stream.uniform() }
        totals.append(excitatory)
        totals.append(
          excitatory.map { e in
            let low = max(0, e - 0.75 * most)
            return low + (e + 0.25 * most - low) * stream.uniform()
          })
      }
      self.totals = totals
      let sigma = Double(deviation)
      let length = 1 + 7 * deviation
      var sum = 0.0
      let sums = (0..<length).map { place in
        let z = (Double(place) - Double(length - 1) / 2) / sigma
        sum += exp(-0.5 * z * z)
        return sum
      }
      windowSums = [0] + sums.map { $0 / sum }
    }

    /// Mean spikes in a millisecond of one synapse in each piece, before smoothing.
    package func pieces(of synapse: Int) -> [Double] {
      let basal = input.basalLengths.count
      let inhibitory = synapse >= input.segments
      let segment = inhibitory ? synapse - input.segments : synapse
      let isApical = segment >= basal
      let lengths = isApical ? input.apicalLengths : input.basalLengths
      let length = lengths[isApical ? segment - basal : segment] + 10
      let whole = lengths.reduce(0) { $0 + $1 + 10 }
      var stream = RandomStream(seed: seed, "synaptic shares", simulation, synapse)
      return totals[(isApical ? 2 : 0) + (inhibitory ? 1 : 0)].map {
        $0 / 100 * (length / whole) * (0.5 + stream.uniform())
      }
    }

    /// The smoothed rate at a step: each piece weighs as much of the window as lies on it.
    package func smoothed(_ pieces: [Double], at step: Int) -> Double {
      let length = windowSums.count - 1
      // The window's first and one past its last step.
      let start = step - length / 2
      let end = min(steps, start + length)
      var rate = 0.0
      for piece in max(0, start / pieceDuration)..<pieces.count {
        let from = max(start, piece * pieceDuration)
        let to = min(end, (piece + 1) * pieceDuration)
        guard to > from else { break }
        rate += pieces[piece] * (windowSums[to - start] - windowSums[from - start])
      }
      return rate
    }
  }
}
