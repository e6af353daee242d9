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
  private let places: [ObjectIdentifier: Int]
  /// In the network's order.
  private var layers: [Layer]

  private struct Layer {
    let path: String
    var samples = 0
    /// Of a sample's outputs.
    var shape: ArraySlice<Int>?
    /// Of outputs in the processor's memory, by their order there.
    var counts: [Tensor.MemoryOrder: UnitCounts] = [:]
    /// How often each unit was 0 in others, `int64`, `[unit]`; stays on their device.
    var counted: Tensor?

    /// How often each unit was 0.
    func dead() throws(TensorError) -> [Int] {
      var parts = counts.values.map(\.dead)
      if let counted { parts.append(try counted.scalars(as: Int64.self).map(Int.init)) }
      return parts.dropFirst().reduce(parts.first ?? []) { zip($0, $1).map(+) }
    }

    /// Counts outputs where they are; `false` where they cannot be read there.
    mutating func count(_ output: Tensor, isByChannel: Bool) -> Bool {
      let channels = shape?.first ?? 1
      let places = shape?.dropFirst().reduce(1, *) ?? 1
      for order in [Tensor.MemoryOrder.rows, .channelsLast] {
        let isDone: Void? = output.withNumbersInPlace(as: Float.self, in: order) { outputs in
          counts[
            order,
            default: UnitCounts(
              .init(
                channels: channels, places: places, isByChannel: isByChannel,
                isChannelFastest: order == .channelsLast))
          ].add(outputs)
        }
        if isDone != nil { return true }
      }
      return false
    }
  }

  /// A meter of a network's rectifiers.
  ///
  /// - Throws: ``PruningError/noRectifier`` when there are none, as in a network of GELUs alone.
  public init(of network: some Module, unit: Unit = .element) throws(PruningError) {
    let rectifiers = network.modules.filter { ($0.module as? Activation)?.isRectifier == true }
    guard !rectifiers.isEmpty else { throw .noRectifier }
    self.unit = unit
    layers = rectifiers.map { Layer(path: $0.path) }
    places = Dictionary(
      rectifiers.enumerated().map { (ObjectIdentifier($0.element.module), $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Notes a layer's output, `[sample, …]`; other layers than rectifiers are passed over.
  public func observe(_ module: any Module, _ output: Tensor) throws(TensorError) {
    guard let place = places[ObjectIdentifier(module)] else { return }
    let shape = output.shape
    guard let samples = shape.first, layers[place].shape.map({ $0 == shape.dropFirst() }) ?? true else {
      throw TensorError(
        .mismatched, "dead neuron rate",
        "the rectifier '\(layers[place].path)' has another number of units than before",
        operands: [output.signature])
    }
    layers[place].shape = shape.dropFirst()
    let isByChannel = unit == .channel && shape.count > 2
    if !layers[place].count(output, isByChannel: isByChannel) {
      let dead = try withoutGradients { () throws(TensorError) in
        var isDead = try output .<= 0
        if isByChannel { isDead = try isDead.flattened(from: 2).hasOnly(along: -1) }
        return try isDead.sum(along: 0).flattened()
      }
      layers[place].counted =
        try layers[place].counted.map { before throws(TensorError) in
          try before + dead
        } ?? dead
    }
    layers[place].samples += samples
  }

  /// Which units were 0 on every sample so far, by the path of their rectifier.
  ///
  /// - Throws: `TensorError` when the counts cannot be read.
  public func silentUnits() throws(TensorError) -> [String: [Bool]] {
    var silent: [String: [Bool]] = [:]
    for layer in layers where layer.samples > 0 {
      silent[layer.path] = try layer.dead().map { $0 == layer.samples }
    }
    return silent
  }

  /// The rates of what was seen so far.
  ///
  /// - Throws: `TensorError` when nothing was seen.
  public func rates() throws(TensorError) -> DeadNeuronRates {
    var found: [(path: String, rate: DeadNeuronRates.Rate)] = []
    for layer in layers where layer.samples > 0 {
      let dead = try layer.dead()
      found.append(
        (
          layer.path,
          DeadNeuronRates.Rate(
            units: dead.count, samples: layer.samples, dead: dead.reduce(0, +),
            alwaysDead: dead.count { $0 == layer.samples })
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
