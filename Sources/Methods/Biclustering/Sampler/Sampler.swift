import Foundation
import Probability

/// The parts of a sweep, in order.
package enum SweepStep: CaseIterable, Sendable {
  case labels, splitMerge, annealing, factors, dynamics, translation, marginalStates, trajectories, loadings,
    states, stateSplitMerge, concentrations, transitions, dispersions
}

/// Markov chain Monte Carlo for one recording: each sweep leaves the posterior of ``BiclusterModel`` invariant.
///
/// Labels and splits are moved with the dynamics integrated out, which makes them valid although the dynamics' dimension
/// depends on the number of clusters; the dynamics are then drawn from their exact conditional law, and all that
/// depends on them follows in the same sweep.
public struct Sampler: Sendable {
  /// What is assumed.
  public let model: BiclusterModel
  /// The power to which the likelihood is raised; 1 for the posterior.
  public internal(set) var power = 1.0
  /// Where the chain is.
  public package(set) var state: BiclusterState
  /// How split and merge proposals fared since the beginning.
  public internal(set) var moves = MoveCounts()
  var table: CountTable
  var law: PartitionLaw
  /// Of the smoothed counts, `[neuron, neuron]`.
  let correlations: [Double]
  package var dynamics: [[LinearDynamics]] = []
  var omega: [Double] = []
  /// Sweeps from one split or merge proposal to the next.
  var proposalInterval = 2
  /// Laws between the ends of a split or merge by annealing.
  package var annealingSteps = 400
  /// Laws between the ends of a birth or death of a factor.
  package var factorSteps = 400
  /// Called after every step of a sweep; tests use it to break one.
  package var afterStep: (@Sendable (SweepStep, inout Sampler, inout RandomStream) -> Void)?

  /// Proposals and acceptances.
  public struct MoveCounts: Sendable, Hashable, Codable {
    /// Splits proposed and accepted.
    public internal(set) var splits = [0, 0]
    /// Merges proposed and accepted.
    public internal(set) var merges = [0, 0]
    /// Splits of states proposed and accepted.
    public internal(set) var stateSplits = [0, 0]
    /// Merges of states proposed and accepted.
    public internal(set) var stateMerges = [0, 0]
    /// Whether at least 60 splits and merges of clusters were proposed and none was accepted.
    public var isStuck: Bool { splits[0] + merges[0] >= 60 && splits[1] + merges[1] == 0 }

    /// Label proposals and acceptances.
    public internal(set) var labels = [0, 0]
    /// Factors proposed to begin, and accepted; `nil` where their number is given.
    public internal(set) var factorBirths: [Int]?
    /// Factors proposed to end, and accepted; `nil` where their number is given.
    public internal(set) var factorDeaths: [Int]?
  }

  /// A chain at `state`.
  ///
  /// - Parameter power: above 0, to which the likelihood is raised; 1 for the posterior.
  /// - Throws: ``BiclusteringError`` for settings that are out of range or do not fit the counts.
  public init(_ model: BiclusterModel, counts: SpikeCounts, state: BiclusterState, power: Double = 1)
    throws(BiclusteringError)
  {
    try model.validate(counts: counts)
    precondition(
      state.labels.count == counts.neurons && state.states.count == counts.bins - 1,
      "Sampler: the state must belong to the counts")
    self.init(model, table: CountTable(counts), state: state)
    if power != 1 { setPower(power, of: table) }
  }

  init(_ model: BiclusterModel, table: CountTable, state: BiclusterState) {
    self.model = model
    self.table = table
    self.state = state
    law = PartitionLaw(
      model.partition(process: state.concentrations.process), items: table.neurons)
    correlations = SmoothedCounts.correlations(table)
    omega = [Double](repeating: 0, count: table.neurons * table.stride)
  }

  /// Goes on from another state of the same counts.
  mutating func move(to state: BiclusterState) {
    self.state = state
    law = PartitionLaw(model.partition(process: state.concentrations.process), items: table.neurons)
  }

  var rows: Int { model.rows }
  var stride: Int { table.stride }

  /// Trajectory rows that move together: first row and number of rows.
  var blocks: [(first: Int, dimension: Int)] {
    blocks(of: state)
  }

  private func blocks(of state: BiclusterState) -> [(first: Int, dimension: Int)] {
    switch model.coupling {
    case .full: [(0, state.clusters * rows)]
    case .blockDiagonal: (0..<state.clusters).map { ($0 * rows, state.rows(of: $0)) }
    }
  }

  /// One sweep over all unknowns.
  ///
  /// - Parameters:
  ///   - index: which sweep of the chain; every few sweeps splits and merges are proposed.
  ///   - stream: of this sweep alone.
  public mutating func sweep(_ index: Int, using stream: inout RandomStream) {
    step(.labels, &stream) { $0.updateLabels(using: &$1) }
    if index % proposalInterval == 0, !model.fixesLabels {
      step(.splitMerge, &stream) { $0.proposeSplitOrMerge(using: &$1) }
    }
    if Self.anneals(index), !model.fixesLabels {
      step(.annealing, &stream) { $0.proposeAnnealedSplitOrMerge(using: &$1) }
    }
    if model.infersFactors, Self.proposesFactors(index) {
      step(.factors, &stream) { $0.proposeFactor(using: &$1) }
    }
    step(.dynamics, &stream) { $0.updateDynamics(using: &$1) }
    step(.translation, &stream) { $0.updateLevels(using: &$1) }
    step(.trajectories, &stream) { $0.updateTrajectories(using: &$1) }
    step(.loadings, &stream) { $0.updateLoadings(using: &$1) }
    step(.states, &stream) { $0.updateStates(using: &$1) }
    step(.stateSplitMerge, &stream) { $0.proposeStateSplitOrMerge(using: &$1) }
    step(.concentrations, &stream) { $0.updateConcentrations(using: &$1) }
    step(.transitions, &stream) { $0.updateTransitions(using: &$1) }
    if model.observation == .negativeBinomial {
      step(.dispersions, &stream) { $0.updateDispersions(using: &$1) }
    }
  }

  private mutating func step(
    _ step: SweepStep, _ stream: inout RandomStream, _ body: (inout Sampler, inout RandomStream) -> Void
  ) {
    body(&self, &stream)
    afterStep?(step, &self, &stream)
  }

  /// The likelihood of a neuron.
  func likelihood(_ counts: UnsafeCountTable, _ neuron: Int) -> CountLikelihood {
    CountLikelihood(
      counts, neuron: neuron, observation: model.observation, dispersion: state.dispersions[neuron])
  }

  /// log p(trajectories | states) with the dynamics integrated out.
  func logPathPrior(_ state: BiclusterState) -> Double {
    state.paths.withUnsafeBufferPointer { paths in
      blocks(of: state).reduce(0.0) { sum, block in
        let first = paths.baseAddress! + block.first * stride
        var value = sum
        for j in 0..<block.dimension {
          let x = first[j * stride]
          value -= 0.5 * (x * x + log(2 * Double.pi))
        }
        for sums in TransitionSums.collect(
          rows: first, stride: stride, dimension: block.dimension, states: state.states,
          limit: model.stateLimit) where sums.count > 0
        {
          value += posterior(sums).logMarginal(
            count: sums.count, innovationScale: model.innovationScale,
            innovationDegrees: model.innovationDegrees)
        }
        return value
      }
    }
  }

  func posterior(_ sums: TransitionSums) -> DynamicsPosterior {
    DynamicsPosterior(
      sums, innovationScale: model.innovationScale, innovationDegrees: model.innovationDegrees)
  }
}
