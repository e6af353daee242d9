import Biclustering
import Foundation
import Parallel
import Probability
import Testing

/// A joint-distribution test of replicas at powers b₁ … b_N, one of them or several that exchange states.
///
/// Given counts y their law is Π_k p(θ_k) p(y | θ_k)^b_k. It is completed to a joint law with a factor h(y), which no replica sees:
/// then each count given all θ has the law ∝ h(y) Π_k p(y | θ_k)^b_k on 0 … 40, and the θ by themselves have the law of the prior
/// times Π C, C being the sum of these weights over the values of a count. So the means that alternating sweeps and new counts
/// must give are known from prior draws with weights Π C.
@Suite struct TemperingTests {
  private static let largest = 40

  /// log h(y) for powers with sum B: with it C is near 1 at low and at high rates, so that weights vary little. At high rates counts
  /// of dispersion 3 have nearly a gamma law, f, and ∫ f(y)^B y^(B − 1) dy = 13.5^B Γ(3B)/(3B)^(3B).
  private static func logCompletion(_ y: Int, sum: Double) -> Double {
    y == 0
      ? 0
      : (sum - 1) * log(Double(y)) - sum * log(13.5) - logGamma(3 * sum) + 3 * sum * log(3 * sum)
  }

  /// Draws a count for every neuron and bin given all θ, and log Π C.
  private static func complete(
    _ states: [BiclusterState], _ powers: [Double], _ model: BiclusterModel, using stream: inout RandomStream
  ) -> (counts: [Int32], log: Double) {
    let all = powers.reduce(0, +)
    let (neurons, bins) = (states[0].labels.count, states[0].states.count + 1)
    var (counts, sum) = ([Int32](), 0.0)
    for i in 0..<neurons {
      let laws = zip(states, powers).map { state, power in
        (0...largest).map { y -> Double in
          let r = state.dispersions[i]
          return model.observation == .poisson
            ? -power * logGamma(Double(y) + 1)
            : power * (logGamma(Double(y) + r) - logGamma(r) - logGamma(Double(y) + 1))
        }
      }
      for t in 0..<bins {
        var logs = (0...largest).map { logCompletion($0, sum: all) }
        for (k, state) in states.enumerated() {
          let (eta, r) = (state.logRate(neuron: i, bin: t, rows: model.rows), state.dispersions[i])
          let psi = eta - log(r)
          let soft = max(psi, 0) + log1p(exp(-abs(psi)))
          for y in logs.indices {
            let main =
              model.observation == .poisson
              ? Double(y) * eta - exp(min(eta, 700)) : Double(y) * psi - (Double(y) + r) * soft
            logs[y] += laws[k][y] + powers[k] * main
          }
        }
        sum += logSumExp(logs)
        counts.append(Int32(stream.index(logWeights: logs)))
      }
    }
    return (counts, sum)
  }

  /// z scores of the statistics' means over all replicas, weighted prior draws against sampler.
  private static func scores(
    _ powers: [Double], _ model: BiclusterModel = JointDistributionTests.model(), neurons: Int = 3,
    bins: Int = 4,
    seed: UInt64, chains: Int = 60, sweeps: Int = JointDistributionTests.sweeps,
    breakingStep: (@Sendable (SweepStep, inout Sampler, inout RandomStream) -> Void)? = nil,
    breakingExchange: (@Sendable (inout ReplicaLadder) -> Void)? = nil
  ) -> [(name: String, z: Double)] {
    @Sendable func values(_ states: [BiclusterState], _ counts: [Int32]) -> [Double] {
      states.flatMap { JointDistributionTests.statistics($0, counts) }
    }
    @Sendable func priorDraw(_ name: String, _ index: Int) -> (
      states: [BiclusterState], counts: [Int32], log: Double
    ) {
      var stream = RandomStream(seed: seed, name, index)
      let states = powers.map { _ in
        BiclusterState(priorOf: model, neurons: neurons, bins: bins, using: &stream)
      }
      let completed = complete(states, powers, model, using: &stream)
      return (states, completed.counts, completed.log)
    }
    let prior = parallelMap(count: 40_000) { index -> (values: [Double], log: Double) in
      let draw = priorDraw("prior", index)
      return (values(draw.states, draw.counts), draw.log)
    }
    let top = prior.map(\.log).max()!
    let weights = prior.map { exp($0.log - top) }
    let total = weights.reduce(0, +)
    let law = Categorical(weights: weights)
    let series = parallelMap(count: chains) { chain -> [[Double]] in
      // From a weighted prior draw, that is from nearly the right law.
      var start = RandomStream(seed: seed, "start", chain)
      var states = priorDraw("prior", start.draw(law)).states
      var kept: [[Double]] = []
      for index in 0..<sweeps {
        var stream = RandomStream(seed: seed, "counts", chain, index)
        let counts = complete(states, powers, model, using: &stream).counts
        var ladder = try! ReplicaLadder(
          model, counts: SpikeCounts(counts, neurons: neurons), states: states, powers: powers)
        for place in powers.indices {
          ladder.samplers[place].afterStep = breakingStep
          ladder.samplers[place].annealingSteps = 6
          ladder.samplers[place].factorSteps = 6
        }
        ladder.afterExchanges = breakingExchange
        ladder.sweep(index % 3 == 0 ? 0 : 1, threads: 1) {
          RandomStream(seed: seed, "sweep", chain, index, $0)
        }
        ladder.exchange(index, using: &stream)
        states = ladder.samplers.map(\.state)
        kept.append(values(states, counts))
      }
      return kept
    }
    return powers.indices.flatMap { k in
      JointDistributionTests.names.indices.map { s in
        let place = k * JointDistributionTests.names.count + s
        let expected = zip(prior, weights).reduce(0) { $0 + $1.0.values[place] * $1.1 } / total
        // The variance of a ratio of means.
        let spread = zip(prior, weights).reduce(0) {
          $0 + pow($1.1 / total * ($1.0.values[place] - expected), 2)
        }
        let means = series.map { mean($0.map { $0[place] }) }
        let difference = mean(means) - expected
        let variance = pow(standardDeviation(means), 2) / Double(chains) + spread
        return (
          "\(JointDistributionTests.names[s]) at power \(powers[k])",
          abs(difference) < 1e-9 ? 0 : difference / variance.squareRoot()
        )
      }
    }
  }

  @Test(
    arguments: [(.negativeBinomial, 0.5), (.negativeBinomial, 0.15), (.poisson, 0.5)]
      as [(
        BiclusterModel.Observation, Double
      )])
  func aRaisedLikelihoodHasItsLaw(observation: BiclusterModel.Observation, power: Double) {
    for (name, z) in Self.scores([power], JointDistributionTests.model(observation), seed: 21) {
      #expect(abs(z) < 4, "\(observation): \(name) differs by \(z) standard errors")
    }
  }

  /// Full coupling, unknown concentrations and a Dirichlet process.
  @Test func aRaisedLikelihoodOfAnotherModelHasItsLaw() {
    let model = JointDistributionTests.model(.negativeBinomial, .full, infers: true)
    for (name, z) in Self.scores([0.4], model, seed: 22) {
      #expect(abs(z) < 4, "\(name) differs by \(z) standard errors")
    }
  }

  @Test func replicasThatExchangeHaveTheirLaws() {
    let scores = Self.scores([1, 0.6, 0.3], neurons: 2, seed: 23)
    for (name, z) in scores { #expect(abs(z) < 4, "\(name) differs by \(z) standard errors") }
  }

  /// Each cluster with a number of factors of its own.
  @Test func aRaisedLikelihoodWithUnknownFactorsHasItsLaw() {
    var model = JointDistributionTests.model()
    (model.factors, model.infersFactors) = (2, true)
    for (name, z) in Self.scores([1, 0.5], model, neurons: 2, bins: 6, seed: 28) {
      #expect(abs(z) < 4, "\(name) differs by \(z) standard errors")
    }
  }

  @Test func powersFallByEqualShares() {
    let powers = Tempering(replicas: 3, hottest: 0.25).powers
    #expect(powers.count == 3 && powers[0] == 1)
    #expect(abs(powers[1] - 0.5) < 1e-12 && abs(powers[2] - 0.25) < 1e-12)
  }

  /// At alternate sweeps other pairs are proposed; a state that is exchanged always goes down and up the ladder.
  @Test func exchangesAreCounted() throws {
    var stream = RandomStream(seed: 27, "counts")
    let model = JointDistributionTests.model()
    let state = BiclusterState(priorOf: model, neurons: 3, bins: 4, using: &stream)
    let counts = try SpikeCounts(state.drawCounts(model: model, using: &stream), neurons: 3)
    // Alike, so that every exchange is accepted.
    var ladder = try ReplicaLadder(
      model, counts: counts, states: [state, state, state], powers: [1, 0.8, 0.6])
    for index in 0..<12 { ladder.exchange(index, using: &stream) }
    #expect(ladder.record.proposed == [6, 6] && ladder.record.accepted == [6, 6])
    // Each walker comes to power 1 every six sweeps.
    #expect(ladder.record.roundTrips == [1, 1, 1])
  }

  /// What exchanges compare.
  @Test(arguments: [BiclusterModel.Observation.negativeBinomial, .poisson], [1, 0.3])
  func logLikelihoodIsThatOfTheCounts(observation: BiclusterModel.Observation, power: Double) throws {
    let model = JointDistributionTests.model(observation)
    var stream = RandomStream(seed: 26, "counts")
    let state = BiclusterState(priorOf: model, neurons: 4, bins: 11, using: &stream)
    var values = state.drawCounts(model: model, using: &stream)
    values[3] = -1
    let counts = try SpikeCounts(values, neurons: 4)
    let sampler = try Sampler(model, counts: counts, state: state, power: power)
    let expected = counts.observed.reduce(0.0) { sum, place in
      let (i, t) = (place / 11, place % 11)
      return sum
        + model.logProbability(
          count: counts[i, t]!, logRate: state.logRate(neuron: i, bin: t, rows: model.rows),
          dispersion: state.dispersions[i])
    }
    #expect(abs(sampler.logLikelihood() - expected) < 1e-9 * abs(expected))
  }

  @Test func aBrokenExchangeIsNoticed() {
    // Whatever the counts say of them.
    let scores = Self.scores([1, 0.3], neurons: 2, seed: 24, breakingExchange: { $0.swapStates(0, 1) })
    #expect(scores.contains { abs($0.z) > 4 }, "\(scores)")
  }

  /// The gamma draw given table counts has no place where the likelihood is raised to a power.
  @Test func aBrokenDispersionIsNoticed() {
    let scores = Self.scores(
      [0.5], seed: 25,
      breakingStep: { step, sampler, _ in
        guard step == .dispersions else { return }
        for i in sampler.state.dispersions.indices { sampler.state.dispersions[i] *= 1.15 }
      })
    #expect(scores.contains { abs($0.z) > 4 }, "\(scores)")
  }
}
