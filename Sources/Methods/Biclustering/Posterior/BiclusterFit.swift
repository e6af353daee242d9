import Foundation
import Laboratory
import NeuralData
import Parallel
import Probability

/// A fit: the model, the length and number of its chains, and what is hidden from it.
public struct BiclusterFit: Sendable, Hashable, Codable {
  /// What is assumed.
  public var model: BiclusterModel
  /// Number of chains.
  public var chains = 4
  /// Sweeps of each chain.
  public var sweeps = 10_000
  /// The share of sweeps at the beginning that are not kept.
  public var burnIn = 0.25
  /// Sweeps from one kept draw to the next.
  public var thinning = 10
  /// Where chains begin.
  public var start = BiclusterStart.automatic
  /// Factors of every cluster that chains begin with, where the number is inferred; the most there may be unless given.
  public var startFactors: Int?
  /// The share of counts that are hidden and then predicted.
  public var hiddenShare = 0.0
  /// Seed of all chance.
  public var seed: UInt64 = 1
  /// Replicas of each chain with a likelihood raised to lower powers; none unless given.
  public var tempering: Tempering?

  /// A fit with the paper's length.
  public init(model: BiclusterModel = BiclusterModel()) { self.model = model }

  /// Checks every setting.
  public func validate(counts: SpikeCounts) throws(BiclusteringError) {
    try model.validate(counts: counts)
    for (name, value, range) in [
      ("the number of chains", chains, 1...1000), ("the number of sweeps", sweeps, 8...100_000_000),
      ("the thinning", thinning, 1...max(1, sweeps)),
    ] where !range.contains(value) {
      throw .outOfRange(name: name, value: "\(value)", allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
    if let startFactors, !(0...model.factors).contains(startFactors) {
      throw .outOfRange(
        name: "the number of starting factors", value: "\(startFactors)", allowed: "0 to \(model.factors)")
    }
    guard burnIn >= 0, burnIn < 1 else {
      throw .outOfRange(name: "the burn-in", value: "\(burnIn)", allowed: "a share from 0 to less than 1")
    }
    guard hiddenShare >= 0, hiddenShare <= 0.5 else {
      throw .outOfRange(name: "the held-out share", value: "\(hiddenShare)", allowed: "0 to 0.5")
    }
    try tempering?.validate()
    let kept = sweeps - Int(burnIn * Double(sweeps))
    guard kept / thinning >= 4 else {
      throw .tooFew(what: "draws after the burn-in", have: kept / thinning, need: 4)
    }
  }

  /// Places of the counts that are hidden, ascending; the same for every chain.
  public func hiddenPlaces(of counts: SpikeCounts) -> [Int] {
    var stream = RandomStream(seed: seed, "held-out counts")
    let observed = counts.observed
    let count = Int(hiddenShare * Double(observed.count))
    return stream.sample(count, outOf: observed.count).map { observed[$0] }
  }

  /// Runs or goes on with all chains, one thread each; threads beyond the number of chains share the chains' replicas.
  ///
  /// - Parameters:
  ///   - checkpoint: the checkpoint of a chain; with one, chains go on from what it holds.
  ///   - report: called now and then with the chain, its sweep and a line about where it is; an error stops all chains,
  ///     after their state was saved.
  /// - Returns: the chains' draws, in order; the same for any number of threads and interruptions.
  public func run(
    _ counts: SpikeCounts, threads: Int = availableThreads,
    checkpoint: (@Sendable (Int) -> Checkpoint)? = nil, resuming: Bool = false,
    report: @Sendable (Int, Int, String) throws -> Void = { _, _, _ in }
  ) throws -> [ChainDraws] {
    try validate(counts: counts)
    return try parallelMap(count: chains, threads: threads) { index in
      var chain = try Chain(self, counts: counts, index: index)
      let share = max(1, (threads + chains - 1 - index) / chains)
      let file = checkpoint?(index)
      if resuming, let file, let saved = try file.load(Chain.Position.self) {
        try chain.restore(saved.arrays, saved.state)
      }
      var saved = Date()
      do {
        while chain.position.sweep < sweeps {
          chain.advance(threads: share)
          if chain.position.sweep % 8 == 0 {
            try report(index, chain.position.sweep, chain.line)
            if Date().timeIntervalSince(saved) > 30, let file {
              try file.save(arrays: chain.draws.arrays, state: chain.position)
              saved = Date()
            }
          }
        }
      } catch let stop as Interrupted {
        try file?.save(arrays: chain.draws.arrays, state: chain.position)
        throw stop
      }
      try file?.save(arrays: chain.draws.arrays, state: chain.position)
      return chain.draws
    }
  }
}

/// One chain under way.
struct Chain {
  /// Where a chain is.
  struct Position: Codable, Sendable {
    var sweep = 0
    var state: BiclusterState
    var moves: Sampler.MoveCounts
    /// Of the replicas at powers below 1, where there are some.
    var hot: [Replica]?
    var swaps: SwapRecord?
  }

  /// Where a replica is.
  struct Replica: Codable, Sendable {
    var state: BiclusterState
    var moves: Sampler.MoveCounts
  }

  private static let mostPaths = 200

  let fit: BiclusterFit
  let index: Int
  private let counts: SpikeCounts
  private let hidden: [Int]
  private var ladder: ReplicaLadder
  private(set) var sweep = 0
  private(set) var draws = ChainDraws()

  init(_ fit: BiclusterFit, counts: SpikeCounts, index: Int) throws {
    (self.fit, self.index, self.counts) = (fit, index, counts)
    hidden = fit.hiddenPlaces(of: counts)
    let seen = counts.hiding(hidden)
    var stream = RandomStream(seed: fit.seed, "biclustering start", index)
    let state = try BiclusterState(
      fit.start, model: fit.model, counts: seen, factors: fit.startFactors, using: &stream)
    let powers = fit.tempering?.powers ?? [1]
    ladder = try ReplicaLadder(
      fit.model, counts: seen, states: powers.map { _ in state }, powers: powers)
    draws.rateSum = [Double](repeating: 0, count: counts.values.count)
    draws.rateSquares = draws.rateSum
    draws.hidden = [Double](repeating: -.infinity, count: hidden.count)
  }

  private var sampler: Sampler { ladder.samplers[0] }
  private var isTempered: Bool { fit.tempering != nil }

  var position: Position {
    let hot = ladder.samplers.dropFirst().map { Replica(state: $0.state, moves: $0.moves) }
    return Position(
      sweep: sweep, state: sampler.state, moves: sampler.moves, hot: isTempered ? hot : nil,
      swaps: draws.swaps)
  }

  var line: String {
    "chain \(index + 1): \(sampler.state.clusters) clusters, \(sampler.state.occupiedStates) states"
      + (draws.logDensity.last.map { String(format: ", log density %.0f", $0) } ?? "")
      + (draws.swaps.map { ", \($0.roundTrips.reduce(0, +)) round trips" } ?? "")
  }

  mutating func restore(_ arrays: [String: NumericArray], _ position: Position) throws {
    draws = try ChainDraws(arrays: arrays, path: "the checkpoint of chain \(index + 1)")
    guard position.state.labels.count == counts.neurons, draws.rateSum.count == counts.values.count else {
      throw BiclusteringError.badShape(
        place: "the checkpoint of chain \(index + 1)", problem: "it belongs to other counts")
    }
    sweep = position.sweep
    let replicas = [Replica(state: position.state, moves: position.moves)] + (position.hot ?? [])
    guard replicas.count == ladder.samplers.count else {
      throw BiclusteringError.badShape(
        place: "the checkpoint of chain \(index + 1)",
        problem: "it has \(replicas.count) replicas; expected \(ladder.samplers.count)")
    }
    for (place, replica) in replicas.enumerated() {
      ladder.samplers[place].move(to: replica.state)
      ladder.samplers[place].moves = replica.moves
    }
    if let swaps = position.swaps { ladder.record = swaps }
    draws.swaps = position.swaps
  }

  mutating func advance(threads: Int) {
    let (seed, chain, now) = (fit.seed, index, sweep)
    ladder.sweep(sweep, threads: threads) { place in
      place == 0
        ? RandomStream(seed: seed, "biclustering sweep", chain, now)
        : RandomStream(seed: seed, "biclustering hot sweep", chain, now, place)
    }
    if isTempered {
      if sweep == Int(fit.burnIn * Double(fit.sweeps)) { ladder.record.restart() }
      var stream = RandomStream(seed: seed, "biclustering exchange", chain, now)
      ladder.exchange(sweep, using: &stream)
      draws.swaps = ladder.record
    }
    sweep += 1
    draws.clusters.append(Int32(sampler.state.clusters))
    draws.occupied.append(Int32(sampler.state.occupiedStates))
    if let factors = sampler.state.factorsOfNeurons {
      draws.meanFactors.append(Float(factors.reduce(0, +)) / Float(factors.count))
    }
    guard sweep % fit.thinning == 0 else { return }
    let projected = sampler.projectedPaths()
    draws.logDensity.append(sampler.logDensity())
    let q = fit.model.rows
    var square = 0.0
    for cluster in 0..<sampler.state.clusters {
      for t in 0..<counts.bins { square += pow(projected[cluster * q * counts.bins + t], 2) }
    }
    draws.levelNorm.append(square.squareRoot())
    draws.logDispersion.append(mean(sampler.state.dispersions.map { log($0) }))
    if sweep > Int(fit.burnIn * Double(fit.sweeps)) { keep(projected) }
  }

  private mutating func keep(_ projected: [Double]) {
    let state = sampler.state
    let (q, bins) = (fit.model.rows, counts.bins)
    draws.labels += state.labels.map(Int32.init)
    if let factors = state.factorsOfNeurons { draws.factors += factors.map(UInt8.init) }
    draws.states += state.states.map(UInt8.init)
    for i in 0..<counts.neurons {
      for t in 0..<bins {
        let rate = exp(min(50, state.logRate(neuron: i, bin: t, rows: q)))
        draws.rateSum[i * bins + t] += rate
        draws.rateSquares[i * bins + t] += rate * rate
      }
    }
    for (place, index) in hidden.enumerated() {
      let (i, t) = (index / bins, index % bins)
      let log = fit.model.logProbability(
        count: counts[i, t]!, logRate: state.logRate(neuron: i, bin: t, rows: q),
        dispersion: state.dispersions[i])
      draws.hidden[place] = logSumExp([draws.hidden[place], log])
    }
    let total = max(1, (fit.sweeps - Int(fit.burnIn * Double(fit.sweeps))) / fit.thinning)
    if Int(draws.count) % max(1, (total + Self.mostPaths - 1) / Self.mostPaths) == 0 {
      draws.paths += projected.map { Float($0) }
      draws.pathDraws += [draws.count, Int32(state.clusters)]
    }
    draws.count += 1
  }
}
