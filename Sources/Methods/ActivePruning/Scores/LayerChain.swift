import NeuralData
import Tensors

/// Layers in the order of computation with what lookahead pruning needs to know of each (Park et al. 2020).
///
/// A layer's neighbours are those before and after it in the network's order whose units fit; a way around a block is
/// not followed, and where nothing fits the factor is 1.
public struct LayerChain: Sendable {
  /// A convolution or a linear layer.
  struct Link: Sendable {
    var part: WeightTable.Part
    var groups = 1
    /// Squares of the factors by which batch normalisation scales the outputs.
    var scales: [Double]?

    var outputs: Int { part.shape[0] }
    var inputsOfGroup: Int { part.shape[1] }
    var inputs: Int { inputsOfGroup * groups }
    /// Weights between one input and one output.
    var window: Int { part.shape.dropFirst(2).reduce(1, *) }

    /// Sums of squares of the weights that make each output.
    func sumsByOutput(_ weights: [Float]) -> [Double] {
      var sums = [Double](repeating: 0, count: outputs)
      let row = inputsOfGroup * window
      for (place, index) in part.places.enumerated() {
        sums[place / row] += Double(weights[index]) * Double(weights[index])
      }
      return sums
    }

    /// Sums of squares of the weights that read each input.
    func sumsByInput(_ weights: [Float]) -> [Double] {
      var sums = [Double](repeating: 0, count: inputs)
      for (place, index) in part.places.enumerated() {
        sums[input(of: place)] += Double(weights[index]) * Double(weights[index])
      }
      return sums
    }

    /// The input that the weight at a place of the part reads.
    func input(of place: Int) -> Int {
      let row = inputsOfGroup * window
      let group = place / row / max(1, outputs / groups)
      return group * inputsOfGroup + place % row / window
    }
  }

  let links: [Link]
  let count: Int

  /// Linear layers one after another, of a table's parameters of two dimensions or more.
  public init(_ table: WeightTable) {
    links = table.parts.filter { $0.shape.count >= 2 }.map { Link(part: $0) }
    count = table.count
  }

  /// The layers of a network.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - table: its weights.
  ///   - scales: whether batch normalisation behind a layer counts.
  /// - Throws: `TensorError` when the statistics of normalisation cannot be read.
  public init(of network: some Module, table: WeightTable, scales: Bool = false) throws(TensorError) {
    let parts = Dictionary(table.parts.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    var links: [Link] = []
    for (path, module) in network.modules {
      if let part = parts[path.isEmpty ? "weight" : "\(path).weight"], part.shape.count >= 2 {
        links.append(Link(part: part, groups: (module as? Convolution)?.groups ?? 1))
      } else if scales, let normalisation = module as? BatchNormalisation, let last = links.indices.last,
        links[last].scales == nil, links[last].outputs == normalisation.weight.value.count
      {
        let factors = try normalisation.weight.value.detached().converted(to: .float64)
          .scalars(as: Double.self)
        let variances = try normalisation.runningVariance.value.converted(to: .float64).scalars(
          as: Double.self)
        links[last].scales = zip(factors, variances).map { $0 * $0 / ($1 + normalisation.epsilon) }
      }
    }
    self.links = links
    count = table.count
  }
}

extension Scores {
  /// The square of a weight times the sums of squares of the weights that make its input and of those that read its
  /// output (Park et al. 2020, equation 5): what pruning it alone does to the product with its neighbours.
  public static func lookahead(_ weights: [Float], in chain: LayerChain) -> [Float] {
    precondition(weights.count == chain.count, "lookahead: there must be a number for each weight")
    var scores = weights.map { $0 * $0 }
    for (index, link) in chain.links.enumerated() {
      let before = index > 0 ? fitting(chain.links[index - 1], link) : nil
      let after = index + 1 < chain.links.count ? fitting(link, chain.links[index + 1]) : nil
      let made = before.map { _ in chain.links[index - 1].sumsByOutput(weights) }
      let read = after.map { ratio in
        let sums = chain.links[index + 1].sumsByInput(weights)
        return (0..<link.outputs).map { sums[($0 * ratio)..<(($0 + 1) * ratio)].reduce(0, +) }
      }
      let row = link.inputsOfGroup * link.window
      for (place, position) in link.part.places.enumerated() {
        let output = place / row
        var score = Double(weights[position]) * Double(weights[position])
        if let before, let made {
          let unit = link.input(of: place) / before
          score *= made[unit] * (chain.links[index - 1].scales?[unit] ?? 1)
        }
        score *= (read?[output] ?? 1) * (link.scales?[output] ?? 1)
        scores[position] = Float(score)
      }
    }
    return scores
  }

  /// How many inputs of a layer come from each output of the one before; `nil` when they do not fit.
  private static func fitting(_ first: LayerChain.Link, _ second: LayerChain.Link) -> Int? {
    second.inputs > 0 && first.outputs > 0 && second.inputs % first.outputs == 0
      ? second.inputs / first.outputs : nil
  }
}
