import Foundation
import NeuralData
import Probability
import Tensors

/// Scores of any base method, from whatever the method needs of a network and its training.
public struct Scorer: Sendable {
  /// What the weights are ranked by.
  public let method: BaseMethod
  /// Rounds in which synaptic flow prunes what a step prunes, each with the flow of what is left; 100 in the paper.
  public var rounds = 100

  /// What is known of a network when its weights are ranked.
  public struct Evidence {
    /// The network, at the weights that are ranked.
    public var network: any Layer
    /// Its weights and which are alive.
    public var mask: Mask
    /// The weights that are ranked, in the table's order.
    public var weights: [Float]
    /// The same before the last epoch.
    public var beforeLastEpoch: [Float]?
    /// `−Σ w · ∂L/∂w` over the steps of training.
    public var accumulated: [Float]?
    /// Images and labels for methods that need gradients.
    public var batches: [ImageBatch]
    /// Shape of one input, `[channel, row, column]`.
    public var input: [Int]
    /// How many weights the base method is to prune.
    public var count: Int

    /// What is known.
    public init(
      network: any Layer, mask: Mask, weights: [Float], beforeLastEpoch: [Float]? = nil,
      accumulated: [Float]? = nil, batches: [ImageBatch] = [], input: [Int] = [], count: Int = 0
    ) {
      (self.network, self.mask, self.weights) = (network, mask, weights)
      (self.beforeLastEpoch, self.accumulated) = (beforeLastEpoch, accumulated)
      (self.batches, self.input, self.count) = (batches, input, count)
    }
  }

  /// A scorer of a method.
  public init(_ method: BaseMethod) { self.method = method }

  /// One score for each weight of the mask's table; the lowest are pruned first.
  ///
  /// - Throws: ``PruningError/missingEvidence(method:what:)``, or `TensorError`.
  public func scores(
    _ evidence: Evidence, using stream: inout RandomStream
  ) throws -> [Float] {
    let (network, table, weights) = (evidence.network, evidence.mask.table, evidence.weights)
    guard weights.count == table.count else {
      throw PruningError.count(name: "weights", expected: table.count, found: weights.count)
    }
    func needed<Value>(_ value: Value?, _ what: String) throws(PruningError) -> Value {
      guard let value else { throw .missingEvidence(method: method.rawValue, what: what) }
      return value
    }
    func batches() throws(PruningError) -> [ImageBatch] {
      try needed(evidence.batches.isEmpty ? nil : evidence.batches, "images with labels")
    }
    switch method {
    case .magnitude, .layerMagnitude, .uniformPlus, .erdosRenyi: return Scores.magnitude(weights)
    case .gradient:
      return Scores.gradient(
        weights,
        gradients: try Scores.gradients(of: network, table: table, batches: batches(), in: .inference()))
    case .lastEpoch:
      return Scores.movement(
        weights, from: try needed(evidence.beforeLastEpoch, "the weights before the last epoch"))
    case .lamp: return layerAdaptive(evidence)
    case .lookahead, .layerLookahead, .normalisedLookahead:
      let chain = try LayerChain(of: network, table: table, scales: method == .normalisedLookahead)
      return Scores.lookahead(weights, in: chain)
    case .snip:
      return Scores.gradient(
        weights,
        gradients: try Scores.gradients(of: network, table: table, batches: batches(), in: .training(stream)))
    case .grasp:
      return try Scores.gradientSignalPreservation(
        of: network, table: table, batches: batches(), in: .training(stream))
    case .synflow: return try flow(evidence)
    case .movement: return try needed(evidence.accumulated, "the steps of training")
    case .random: return weights.map { _ in Float(stream.uniform()) }
    }
  }

  /// Magnitudes, those of weights that the layer-adaptive scores give away made negative: the scores decide how many of
  /// each layer go, magnitudes which.
  private func layerAdaptive(_ evidence: Evidence) -> [Float] {
    let (mask, weights) = (evidence.mask, evidence.weights)
    let scores = Scores.layerAdaptiveMagnitude(weights, mask: mask)
    let alive = (0..<weights.count).filter { mask.isAlive[$0] == 1 }
    let lowest = alive.sorted { (scores[$0], $0) < (scores[$1], $1) }.prefix(evidence.count)
    var counts = [Int](repeating: 0, count: mask.table.parts.count)
    var part = 0
    for place in lowest.sorted() {
      while !mask.table.parts[part].places.contains(place) { part += 1 }
      counts[part] += 1
    }
    var result = scores
    for (part, count) in zip(mask.table.parts, counts) {
      let order = part.places.filter { mask.isAlive[$0] == 1 }.sorted {
        (abs(weights[$0]), $0) < (abs(weights[$1]), $1)
      }
      for place in order.prefix(count) { result[place] -= 2 }
    }
    return result
  }

  /// Flow after flow, so that a weight of an earlier round scores lower than those of later ones.
  private func flow(_ evidence: Evidence) throws -> [Float] {
    var mask = evidence.mask
    let alive = mask.aliveCount
    let left = alive - min(alive, max(0, evidence.count))
    var scores: [Float] = []
    var ranks = [Float](repeating: 0, count: evidence.weights.count)
    let before = evidence.network.state
    defer { try? evidence.network.load(before) }
    for round in 1...max(1, rounds) {
      _ = try MaskedWeights(mask, in: evidence.network)
      scores = try Scores.synapticFlow(of: evidence.network, table: mask.table, input: evidence.input)
      let share = Double(round) / Double(max(1, rounds))
      let target = Int(
        (Double(alive) * logInterpolated(Double(left) / Double(max(1, alive)), share)).rounded())
      let count = mask.aliveCount - max(left, target)
      let places = (0..<scores.count).filter { mask.isAlive[$0] == 1 }
        .sorted { (scores[$0], $0) < (scores[$1], $1) }.prefix(count)
      mask.prune(places)
      for place in places { ranks[place] = Float(round - max(1, rounds) - 1) }
    }
    return zip(ranks, scores).map { $0 < 0 ? $0 : $1 }
  }

  /// What is left after a share of the rounds when each leaves the same part of what it found.
  private func logInterpolated(_ left: Double, _ share: Double) -> Double {
    left > 0 ? pow(left, share) : 1 - share
  }
}
