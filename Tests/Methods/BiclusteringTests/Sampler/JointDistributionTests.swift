import Biclustering
import Foundation
import Parallel
import Probability
import Testing

/// Geweke's joint-distribution test (*JASA* 99, 2004): draws of (unknowns, counts) from the prior and from alternating
/// sweeps and new counts must have one law.
private let neurons = 4
private let bins = 8

@Suite struct JointDistributionTests {

  static func model(
    _ observation: BiclusterModel.Observation = .negativeBinomial,
    _ coupling: BiclusterModel.Coupling = .blockDiagonal, infers: Bool = false
  ) -> BiclusterModel {
    var model = BiclusterModel()
    model.infersConcentrations = infers
    if infers { model.partition = .dirichletProcess(concentration: 1) }
    model.factors = 1
    model.stateLimit = 2
    model.observation = observation
    model.coupling = coupling
    model.innovationScale = 0.05
    // Lighter tails than the paper's, so that moments exist and rates stay countable.
    model.innovationDegrees = 12
    model.dispersionShape = 3
    model.transitionConcentration = 2
    model.stickiness = 2
    return model
  }

  static let names = [
    "δ", "δ²", "c", "c²", "log r", "K", "same cluster", "states", "changes", "μ", "μ²", "x²", "log(1 + y)",
    "π₁₁", "β₁", "step²", "log α", "log κ", "log γ", "log process", "Σ p", "p", "p = 0", "last c²",
    "equal p",
  ]

  static func statistics(_ state: BiclusterState, _ counts: [Int32]) -> [Double] {
    let (n, stride) = (state.labels.count, state.stride)
    let q = state.loadings.count / n
    func overNeurons(_ value: (Int) -> Double) -> Double { mean((0..<n).map(value)) }
    let end = state.states.count
    let first = state.labels[0] * q * stride
    return [
      overNeurons { state.loadings[q * $0] }, overNeurons { pow(state.loadings[q * $0], 2) },
      overNeurons { state.loadings[q * $0 + 1] }, overNeurons { pow(state.loadings[q * $0 + 1], 2) },
      overNeurons { log(state.dispersions[$0]) }, Double(state.clusters),
      state.labels[0] == state.labels[1] ? 1 : 0, Double(state.occupiedStates),
      Double(zip(state.states, state.states.dropFirst()).count { $0 != $1 }),
      state.paths[first + end], pow(state.paths[first + end], 2), pow(state.paths[first + stride + end], 2),
      mean(counts.map { log1p(Double($0)) }), state.transitions[0], state.base[0],
      pow(state.paths[first + end] - state.paths[first + end - 1], 2),
      log(state.concentrations.transition), log(state.concentrations.stickiness),
      log(state.concentrations.base), log(state.concentrations.process),
      Double(state.activeFactors?.reduce(0, +) ?? 0), Double(state.activeFactors?[state.labels[0]] ?? 0),
      state.activeFactors?[state.labels[0]] == 0 ? 1 : 0,
      overNeurons { pow(state.loadings[q * $0 + q - 1], 2) },
      zip(state.activeFactors ?? [], (state.activeFactors ?? []).dropFirst()).contains { $0 == $1 } ? 1 : 0,
    ]
  }

  /// z scores of the statistics' means, prior against sampler.
  static func scores(
    _ model: BiclusterModel, neurons: Int = neurons, seed: UInt64, chains: Int, sweeps: Int,
    breaking: (@Sendable (SweepStep, inout Sampler, inout RandomStream) -> Void)? = nil
  ) -> [Double] {
    let series = parallelMap(count: chains) { chain -> [[Double]] in
      var start = RandomStream(seed: seed, "start", chain)
      var state = BiclusterState(priorOf: model, neurons: neurons, bins: bins, using: &start)
      var kept: [[Double]] = []
      for index in 0..<sweeps {
        var stream = RandomStream(seed: seed, "sweep", chain, index)
        let counts = state.drawCounts(model: model, using: &stream)
        var sampler = try! Sampler(
          model, counts: SpikeCounts(counts, neurons: neurons), state: state)
        sampler.afterStep = breaking
        // Exact with any number of steps; few let proposals be refused for their noise, too.
        sampler.annealingSteps = breaking == nil ? 6 : 2
        sampler.factorSteps = sampler.annealingSteps
        // Splits and merges, the slowest step, in every third sweep.
        sampler.sweep(index % 3 == 0 ? 0 : 1, using: &stream)
        state = sampler.state
        kept.append(statistics(state, counts))
      }
      return kept
    }
    let prior = parallelMap(count: 20_000) { index -> [Double] in
      var stream = RandomStream(seed: seed, "prior", index)
      let state = BiclusterState(priorOf: model, neurons: neurons, bins: bins, using: &stream)
      return statistics(state, state.drawCounts(model: model, using: &stream))
    }
    return names.indices.map { k in
      let expected = prior.map { $0[k] }
      let means = series.map { mean($0.map { $0[k] }) }
      // Chains start in the prior law, so that their means are independent numbers of the right mean.
      let variance =
        pow(standardDeviation(means), 2) / Double(chains)
        + pow(standardDeviation(expected), 2) / Double(prior.count)
      let difference = mean(means) - mean(expected)
      // Constants differ by rounding.
      return abs(difference) < 1e-12 ? 0 : difference / variance.squareRoot()
    }
  }

  @Test(
    arguments: [
      (.negativeBinomial, .blockDiagonal), (.negativeBinomial, .full), (.poisson, .blockDiagonal),
      (.poisson, .full),
    ] as [(BiclusterModel.Observation, BiclusterModel.Coupling)])
  func samplerLeavesThePriorInvariant(
    observation: BiclusterModel.Observation, coupling: BiclusterModel.Coupling
  ) {
    let scores = Self.scores(Self.model(observation, coupling), seed: 11, chains: 60, sweeps: Self.sweeps)
    for (name, z) in zip(Self.names, scores) {
      #expect(abs(z) < 4, "\(observation) \(coupling): \(name) differs by \(z) standard errors")
    }
  }

  @Test func unknownConcentrationsLeaveThePriorInvariant() {
    let scores = Self.scores(Self.model(infers: true), seed: 13, chains: 60, sweeps: Self.sweeps)
    for (name, z) in zip(Self.names, scores) {
      #expect(abs(z) < 4, "\(name) differs by \(z) standard errors")
    }
  }

  /// With two factors the frame of the loadings has directions, and a ninth state needs a second group of lanes.
  @Test func moreFactorsAndStatesLeaveThePriorInvariant() {
    var model = Self.model()
    (model.factors, model.stateLimit) = (2, 9)
    let scores = Self.scores(model, neurons: 5, seed: 14, chains: 60, sweeps: Self.sweeps)
    for (name, z) in zip(Self.names, scores) {
      #expect(abs(z) < 4, "\(name) differs by \(z) standard errors")
    }
  }

  @Test func unknownNumbersOfFactorsLeaveThePriorInvariant() {
    var model = Self.model()
    (model.factors, model.infersFactors) = (2, true)
    let scores = Self.scores(model, seed: 15, chains: 60, sweeps: Self.sweeps)
    for (name, z) in zip(Self.names, scores) {
      #expect(abs(z) < 4, "\(name) differs by \(z) standard errors")
    }
  }

  /// The test must notice when any one step is wrong.
  @Test(arguments: SweepStep.allCases)
  func aBrokenStepIsNoticed(step: SweepStep) {
    var model = Self.model(infers: step == .concentrations)
    model.infersFactors = step == .factors
    let scores = Self.scores(model, seed: 12, chains: 60, sweeps: Self.sweeps) {
      done, sampler, stream in
      guard done == step else { return }
      let stride = sampler.state.stride
      switch step {
      case .labels:  // a label without regard to the counts
        if sampler.state.sizes[sampler.state.labels[1]] > 1 {
          sampler.state.labels[1] = sampler.state.labels[0]
        }
      case .splitMerge, .annealing:  // trajectories that are not the proposed ones
        for place in sampler.state.paths.indices { sampler.state.paths[place] *= 0.6 }
      case .factors:  // a factor that ends without regard to the counts
        guard sampler.state.activeFactors![0] == 1, stream.bernoulli(0.3) else { return }
        sampler.state.activeFactors![0] = 0
        for t in 0..<stride { sampler.state.paths[stride + t] = 0 }
        for i in 0..<neurons where sampler.state.labels[i] == 0 { sampler.state.loadings[2 * i + 1] = 0 }
      case .dynamics:  // a wrong posterior mean
        for l in sampler.dynamics[0].indices {
          for j in sampler.dynamics[0][l].coefficients.indices {
            sampler.dynamics[0][l].coefficients[j] *= 0.7
          }
        }
      case .translation:  // a shift that δ does not make up for
        let level = sampler.state.paths[stride]
        for t in 0..<bins { sampler.state.paths[stride + t] -= level }
      case .trajectories:  // too little spread
        for place in sampler.state.paths.indices { sampler.state.paths[place] *= 0.9 }
      case .loadings:
        for i in 0..<neurons { sampler.state.loadings[2 * i + 1] *= 0.85 }
      case .states:  // the filter's start forgotten
        sampler.state.states[0] = 0
      case .marginalStates:  // one state preferred
        if sampler.state.states[2] == 1 { sampler.state.states[2] = 0 }
      case .stateSplitMerge:  // a merge without regard to the trajectories
        sampler.state.states = sampler.state.states.map { _ in sampler.state.states[0] }
      case .concentrations:  // a walk with a drift
        sampler.state.concentrations.stickiness *= 1.3
      case .transitions:  // β not carried to π
        for place in sampler.state.transitions.indices {
          sampler.state.transitions[place] = 0.5 * sampler.state.transitions[place] + 0.25
        }
      case .dispersions:
        for i in 0..<neurons { sampler.state.dispersions[i] *= 1.15 }
      }
    }
    #expect(scores.contains { abs($0) > 4 }, "\(step): \(zip(Self.names, scores).map { "\($0) \($1)" })")
  }

  /// The size in continuous integration; `NEUROPIL_FULL_TESTS` asks for a longer run.
  static let sweeps = ProcessInfo.processInfo.environment["NEUROPIL_FULL_TESTS"] == nil ? 300 : 20_000
}
