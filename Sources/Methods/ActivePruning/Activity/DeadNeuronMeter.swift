import Tensors

/// Counts, batch by batch, which rectifier outputs are 0.
///
/// ```swift
/// let meter = try DeadNeuronMeter(of: network)
/// _ = try network(images, in: .inference(observer: meter.observe))
/// print(try meter.rates().network.dynamicRate)
/// ```
///
/// It watches the network's forward pass and keeps, for each unit, one number.
public final class DeadNeuronMeter {
  /// What counts as a neuron of a convolution.
  public enum Unit: String, Sendable, Hashable, Codable, CaseIterable {
    /// Every place of every channel.
    case element
    /// A channel, which is dead when it is 0 at every place.
    case channel
  }

  /// What counts as a neuron.
  public let unit: Unit
  private let paths: [ObjectIdentifier: String]
  private let order: [String]
  private var layers: [String: Layer] = [:]

  private struct Layer {
    var samples = 0
    /// How often each unit was 0, `int64`, `[unit]`.
    var dead: Tensor
  }

  /// A meter of a network's rectifiers.
  ///
  /// - Throws: ``PruningError/noRectifier`` when there are none, as in a network of GELUs alone.
  public init(of network: some Module, unit: Unit = .element) throws(PruningError) {
    let rectifiers = network.modules.filter { ($0.module as? Activation)?.isRectifier == true }
    guard !rectifiers.isEmpty else { throw .noRectifier }
    self.unit = unit
    order = rectifiers.map(\.path)
    paths = Dictionary(
      rectifiers.map { (ObjectIdentifier($0.module), $0.path) }, uniquingKeysWith: { first, _ in first })
  }

  /// Notes a layer's output, `[sample, …]`; other layers than rectifiers are passed over.
  public func observe(_ module: any Module, _ output: Tensor) throws(TensorError) {
    guard let path = paths[ObjectIdentifier(module)] else { return }
    let dead = try withoutGradients { () throws(TensorError) in
      var isDead = try output .<= 0
      if unit == .channel, output.rank > 2 { isDead = try isDead.flattened(from: 2).hasOnly(along: -1) }
      return try isDead.sum(along: 0).flattened()
    }
    let samples = output.shape[0]
    guard let layer = layers[path] else {
      layers[path] = Layer(samples: samples, dead: dead)
      return
    }
    layers[path] = Layer(samples: layer.samples + samples, dead: try layer.dead + dead)
  }

  /// Which units were 0 on every sample so far, by the path of their rectifier.
  ///
  /// - Throws: `TensorError` when the counts cannot be read.
  public func silentUnits() throws(TensorError) -> [String: [Bool]] {
    var silent: [String: [Bool]] = [:]
    for (path, layer) in layers {
      silent[path] = try layer.dead.scalars(as: Int64.self).map { Int($0) == layer.samples }
    }
    return silent
  }

  /// The rates of what was seen so far.
  ///
  /// - Throws: `TensorError` when nothing was seen.
  public func rates() throws(TensorError) -> DeadNeuronRates {
    var found: [(path: String, rate: DeadNeuronRates.Rate)] = []
    for path in order {
      guard let layer = layers[path] else { continue }
      let counts = try layer.dead.scalars(as: Int64.self)
      found.append(
        (
          path,
          DeadNeuronRates.Rate(
            units: counts.count, samples: layer.samples, dead: counts.reduce(0) { $0 + Int($1) },
            alwaysDead: counts.count { Int($0) == layer.samples })
        ))
    }
    guard !found.isEmpty else {
      throw TensorError(.mismatched, "dead neuron rate", "the network was not run while the meter watched")
    }
    return DeadNeuronRates(layers: found)
  }
}

/// Shares of rectifier outputs that are 0, of a network and of each of its layers.
public struct DeadNeuronRates: Sendable {
  /// Counts of one layer or of several.
  public struct Rate: Sendable, Hashable {
    /// Number of neurons.
    public var units: Int
    /// Number of samples.
    public var samples: Int
    /// Pairs of neuron and sample with output 0.
    public var dead: Int
    /// Neurons whose output is 0 for every sample.
    public var alwaysDead: Int

    /// Share of neurons that are 0, averaged over samples.
    public var total: Double { Double(dead) / Double(max(1, units * samples)) }
    /// Share of neurons that are 0 for every sample.
    public var staticRate: Double { Double(alwaysDead) / Double(max(1, units)) }
    /// Share of neurons that are 0 for a sample but not for all.
    public var dynamicRate: Double { total - staticRate }
  }

  /// Each rectifier's path and rates, in the network's order.
  public let layers: [(path: String, rate: Rate)]

  /// Rates over all neurons of the network.
  public var network: Rate {
    Rate(
      units: layers.reduce(0) { $0 + $1.rate.units }, samples: layers.first?.rate.samples ?? 0,
      dead: layers.reduce(0) { $0 + $1.rate.dead }, alwaysDead: layers.reduce(0) { $0 + $1.rate.alwaysDead })
  }
}

extension Activation {
  /// Whether its output is 0 over a range of inputs, so that neurons can be dead.
  var isRectifier: Bool { name == "relu" || name == "relu6" }
}
