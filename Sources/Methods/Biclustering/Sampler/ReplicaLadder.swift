import Foundation
import Parallel
import Probability

/// Samplers of one recording with the likelihood raised to falling powers, 1 first, which exchange their states.
///
/// Together they leave the product of their laws invariant, so that the states at power 1 are draws from the posterior.
package struct ReplicaLadder: Sendable {
  /// At each power.
  package var samplers: [Sampler]
  /// How exchanges fared.
  package internal(set) var record: SwapRecord
  /// Called after the exchanges of a sweep; tests use it to break them.
  package var afterExchanges: (@Sendable (inout ReplicaLadder) -> Void)?

  /// Replicas that begin at `states`, one for each of `powers`.
  package init(_ model: BiclusterModel, counts: SpikeCounts, states: [BiclusterState], powers: [Double])
    throws(BiclusteringError)
  {
    samplers = []
    for (state, power) in zip(states, powers) {
      samplers.append(try Sampler(model, counts: counts, state: state, power: power))
    }
    record = SwapRecord(powers: powers)
  }

  /// A sweep of every replica.
  ///
  /// - Parameter streams: the stream of the replica at a place of the ladder, of this sweep alone.
  package mutating func sweep(_ index: Int, threads: Int, streams: @Sendable (Int) -> RandomStream) {
    guard samplers.count > 1 else {
      var stream = streams(0)
      return samplers[0].sweep(index, using: &stream)
    }
    let before = samplers
    samplers = parallelMap(count: before.count, threads: threads) { place in
      var sampler = before[place]
      var stream = streams(place)
      sampler.sweep(index, using: &stream)
      return sampler
    }
  }

  /// Proposes to exchange the states of every second pair of neighbours: the first with the second and so on at even `index`, the
  /// second with the third at odd.
  package mutating func exchange(_ index: Int, using stream: inout RandomStream) {
    guard samplers.count > 1 else { return }
    let logs = samplers.map { $0.logLikelihood() }
    for place in Swift.stride(from: abs(index % 2), to: samplers.count - 1, by: 2) {
      record.proposed[place] += 1
      let ratio =
        (samplers[place].power - samplers[place + 1].power) * (logs[place + 1] - logs[place])
      guard log(1 - stream.uniform()) < ratio else { continue }
      record.accepted[place] += 1
      record.walkers.swapAt(place, place + 1)
      swapStates(place, place + 1)
    }
    record.noteEnds()
    afterExchanges?(&self)
  }

  /// Exchanges two states. Neither dynamics nor ω go along: a sweep draws both before it reads them.
  package mutating func swapStates(_ a: Int, _ b: Int) {
    let (state, law) = (samplers[a].state, samplers[a].law)
    (samplers[a].state, samplers[a].law) = (samplers[b].state, samplers[b].law)
    (samplers[b].state, samplers[b].law) = (state, law)
  }
}
