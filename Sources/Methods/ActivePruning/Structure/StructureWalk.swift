import NeuralData
import Tensors

/// Walks through a network in the order of computation, finds its groups of units, and bounds what each layer can give.
struct StructureWalk {
  private(set) var groups: [UnitGroup] = []

  /// Outputs on their way to a layer that reads them.
  private struct Candidate {
    var producer: String
    var normalisation: String?
    var rectifier: String?
    var isConstant: [Bool] = []
  }

  /// The groups of a network.
  ///
  /// - Parameters:
  ///   - network: on any device.
  ///   - input: what the channels of its images can be.
  init(of network: any Layer, input: ChannelBounds) throws(TensorError) {
    _ = try walk(Self.layers(of: network, at: ""), input)
  }

  /// A layer's parts that are computed one after another; itself when it has none.
  private static func layers(of layer: any Layer, at path: String) -> [(path: String, layer: any Layer)] {
    func inside(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
    switch layer {
    case let sequence as Sequential:
      return sequence.layers.enumerated().flatMap { layers(of: $0.element, at: inside(String($0.offset))) }
    case let network as ResidualNetwork:
      return network.parts.flatMap { name, part in
        (part as? any Layer).map { layers(of: $0, at: inside(name)) } ?? []
      }
    default: return [(path, layer)]
    }
  }

  private mutating func walk(
    _ layers: [(path: String, layer: any Layer)], _ input: ChannelBounds
  ) throws(TensorError) -> ChannelBounds {
    var bounds = input
    var candidate: Candidate?
    for (index, (path, layer)) in layers.enumerated() {
      switch layer {
      case let layer as Convolution:
        let padded = layer.padding.contains { $0 > 0 } ? bounds.withZeros() : bounds
        let following = index + 1 < layers.count ? layers[index + 1] : nil
        if layer.groups == 1, !layer.isTransposed {
          add(candidate, to: path, hasBias: layer.bias != nil, following, spread: 1, padded)
        }
        let shape = layer.weight.value.shape
        let outputs = layer.isTransposed ? shape[1] * layer.groups : shape[0]
        bounds =
          layer.isTransposed
          ? ChannelBounds(unknown: outputs)
          : padded.weighted(
            by: try numbers(layer.weight), outputs: outputs, groups: layer.groups,
            bias: try layer.bias.map { bias throws(TensorError) in try numbers(bias) })
        candidate =
          layer.groups == 1 && !layer.isTransposed ? Candidate(producer: path) : nil
      case let layer as Linear:
        let shape = layer.weight.value.shape
        guard bounds.count > 0, shape[1] % bounds.count == 0 else {
          throw TensorError(
            .mismatched, "structure",
            "'\(path)' reads \(shape[1]) numbers, but the layer before it has \(bounds.count) units")
        }
        let spread = shape[1] / bounds.count
        let following = index + 1 < layers.count ? layers[index + 1] : nil
        add(candidate, to: path, hasBias: layer.bias != nil, following, spread: spread, bounds)
        bounds = bounds.spread(spread).weighted(
          by: try numbers(layer.weight), outputs: shape[0], groups: 1,
          bias: try layer.bias.map { bias throws(TensorError) in try numbers(bias) })
        candidate = Candidate(producer: path)
      case let layer as BatchNormalisation:
        let (scale, shift) = try line(layer)
        bounds = bounds.scaled(by: scale, shifted: shift)
        if candidate?.normalisation == nil, candidate?.rectifier == nil {
          candidate?.normalisation = path
        } else {
          candidate = nil
        }
      case let layer as Activation where layer.isRectifier:
        bounds = bounds.rectified(ceiling: layer.name == "relu6" ? 6 : .infinity)
        if candidate?.rectifier == nil {
          candidate?.rectifier = path
          candidate?.isConstant = bounds.constant.map { $0 != nil }
        } else {
          candidate = nil
        }
      case let layer as Activation where layer.name == "flatten" || layer.name == "mean over space": break
      case let layer as Pooling:
        if layer.kind == .mean, layer.padding.contains(where: { $0 > 0 }) { bounds = bounds.withZeros() }
      case is Dropout: break
      case let block as ResidualBlock:
        candidate = nil
        bounds = try walk(block, at: path, bounds)
      case let dense as DenseLayer:
        candidate = nil
        let inner = try walk(
          [("\(path).bn", dense.bn), ("\(path).relu", dense.relu), ("\(path).conv", dense.conv)], bounds)
        bounds = bounds.joined(with: inner)
      default:
        candidate = nil
        bounds = ChannelBounds(unknown: bounds.count)
      }
    }
    return bounds
  }

  private mutating func walk(
    _ block: ResidualBlock, at path: String, _ input: ChannelBounds
  ) throws(TensorError) -> ChannelBounds {
    var output = try walk(block.path.map { ("\(path).\($0.name)", $0.layer) }, input)
    if let shortcut = block.shortcut {
      output = output + (try walk(Self.layers(of: shortcut.layer, at: "\(path).\(shortcut.name)"), input))
    } else if block.goesAround {
      output = output + input
    }
    return block.last == nil ? output : output.rectified()
  }

  private mutating func add(
    _ candidate: Candidate?, to consumer: String, hasBias: Bool,
    _ following: (path: String, layer: any Layer)?,
    spread: Int, _ bounds: ChannelBounds
  ) {
    guard let candidate, let rectifier = candidate.rectifier else { return }
    groups.append(
      UnitGroup(
        producer: candidate.producer, normalisation: candidate.normalisation, rectifier: rectifier,
        consumer: consumer,
        consumerNormalisation: following?.layer is BatchNormalisation ? following?.path : nil,
        consumerHasBias: hasBias, spread: spread, isConstant: candidate.isConstant, bounds: bounds))
  }

  private func numbers(_ parameter: Parameter) throws(TensorError) -> [Float] {
    try parameter.value.detached().converted(to: .float32).scalars(as: Float.self)
  }

  /// What normalisation in inference does to each channel: a factor and a summand.
  private func line(_ layer: BatchNormalisation) throws(TensorError) -> (scale: [Double], shift: [Double]) {
    func doubles(_ tensor: Tensor) throws(TensorError) -> [Double] {
      try tensor.detached().converted(to: .float64).scalars(as: Double.self)
    }
    let variance = try doubles(layer.runningVariance.value)
    let scale = zip(try doubles(layer.weight.value), variance).map { $0 / ($1 + layer.epsilon).squareRoot() }
    let mean = try doubles(layer.runningMean.value)
    let bias = try doubles(layer.bias.value)
    return (scale, scale.indices.map { bias[$0] - mean[$0] * scale[$0] })
  }
}
