import Foundation
import NeuralData
import Tensors

/// A network in one file: what it is, its weights, which of them are pruned, and the weights it began with.
///
/// The file is a safetensors file. Parameters and buffers have PyTorch's names; masks are `mask/NAME` of ones and zeros
/// (`uint8`), weights at the start `start/NAME`. A ``NetworkCheckpoint`` holds the arrays of the file and needs no
/// LibTorch until ``network(on:)`` is called.
public struct NetworkCheckpoint: Sendable {
  /// Which network.
  public var choice: NetworkChoice
  /// Of the images it takes, borders included, and its classes.
  public var shape: ImageShape
  /// The seed that the weights were drawn from; `nil` when it is not known.
  public var seed: UInt64?
  /// How pixels become its input.
  public var preprocessing: Augmentation
  /// Every parameter and buffer.
  public var weights: [String: NumericArray]
  /// Parameters and buffers to which pruning rewinds; `nil` when they were not kept.
  public var start: [String: NumericArray]?
  /// Which weights are alive, by their parameter; `uint8` of the parameter's shape.
  public var masks: [String: NumericArray]
  /// Whether units were removed, so that layers are narrower than the name says.
  public var isShrunk: Bool
  /// The file that it was read from, for messages.
  var source: String?

  /// A network's present state.
  ///
  /// - Parameters:
  ///   - network: built by the choice for the shape.
  ///   - choice: which network it is.
  ///   - shape: of its images.
  ///   - seed: of its weights.
  ///   - preprocessing: how pixels become its input; chance is left out.
  ///   - start: the state that pruning rewinds to.
  ///   - mask: which weights are alive.
  public init(
    of network: some Module, choice: NetworkChoice, shape: ImageShape, seed: UInt64?,
    preprocessing: Augmentation, start: [String: Tensor]? = nil, mask: Mask? = nil
  ) throws(TensorError) {
    func arrays(_ tensors: [String: Tensor]) throws(TensorError) -> [String: NumericArray] {
      var arrays: [String: NumericArray] = [:]
      for (name, tensor) in tensors { arrays[name] = try tensor.numericArray() }
      return arrays
    }
    (self.choice, self.shape, self.seed) = (choice, shape, seed)
    self.preprocessing = preprocessing.withoutChance
    weights = try arrays(network.state)
    self.start = if let start { try arrays(start) } else { nil }
    var masks: [String: NumericArray] = [:]
    for part in mask?.table.parts ?? [] {
      masks[part.path] = NumericArray(Array(mask!.isAlive[part.places]), shape: part.shape)
    }
    self.masks = masks
    isShrunk = false
  }

  /// The arrays of a file.
  init(
    choice: NetworkChoice, shape: ImageShape, seed: UInt64?, preprocessing: Augmentation,
    weights: [String: NumericArray], start: [String: NumericArray]?, masks: [String: NumericArray],
    isShrunk: Bool
  ) {
    (self.choice, self.shape, self.seed) = (choice, shape, seed)
    self.preprocessing = preprocessing
    (self.weights, self.start, self.masks) = (weights, start, masks)
    self.isShrunk = isShrunk
  }

  /// The network with the checkpoint's weights.
  ///
  /// - Throws: `FileError` that names what is missing, left over or of another shape; `TensorError` when LibTorch or the
  ///   device is missing.
  public func network(on device: Device = .cpu) throws -> any Layer {
    do { return try built(on: device) } catch let error as TensorError where error.kind == .mismatched {
      throw FileError(
        .mismatched, source ?? "the network \(choice.name)", error.reason,
        expected: "the weights of \(choice.name)")
    }
  }

  private func built(on device: Device) throws -> any Layer {
    let network = try choice.network(for: shape, seed: seed ?? 0)
    var state: [String: Tensor] = [:]
    for (name, array) in weights { state[name] = try Tensor(array) }
    if isShrunk { try reshape(network, to: state) }
    try network.load(state)
    for (path, mask) in masks where state[path]?.shape != mask.shape {
      throw TensorError(
        .mismatched, "mask",
        "'\(path)' has the shape \(mask.shape); expected \(state[path].map { "\($0.shape)" } ?? "no such mask")"
      )
    }
    if isShrunk {
      let blank = try Tensor.zeros([1, shape.channels, shape.rows, shape.columns])
      let scores = try withoutGradients { () throws(TensorError) in try network(blank, in: .inference()) }
      guard scores.shape == [1, shape.classes] else {
        throw TensorError(.mismatched, "weights", "the scores have the shape \(scores.shape)")
      }
    }
    try network.move(to: device)
    return network
  }

  /// Gives the places of a network the shapes of narrower layers.
  private func reshape(_ network: any Layer, to state: [String: Tensor]) throws(TensorError) {
    for (path, parameter) in network.parameters {
      guard let tensor = state[path], tensor.rank == parameter.value.rank,
        zip(tensor.shape, parameter.value.shape).allSatisfy({ $0 >= 1 && $0 <= $1 })
      else { continue }
      try parameter.set(tensor)
    }
    for (path, buffer) in network.buffers {
      guard let tensor = state[path], tensor.rank == buffer.value.rank else { continue }
      buffer.value = tensor
    }
  }

  /// The masks as one, in the order of a network's parameters; `nil` when nothing is pruned.
  ///
  /// - Parameter network: as ``network(on:)`` gives it.
  public func mask(in network: some Module) throws(TensorError) -> Mask? {
    guard !masks.isEmpty else { return nil }
    let table = WeightTable(
      network.parameters.filter { masks[$0.path] != nil }.map { ($0.path, $0.parameter.value.shape) })
    var mask = Mask(allOf: table)
    for part in table.parts {
      guard let alive = masks[part.path], alive.shape == part.shape else {
        throw TensorError(.mismatched, "mask", "'\(part.path)' has another shape than its parameter")
      }
      mask.prune(zip(part.places, alive.bytes).lazy.filter { $0.1 == 0 }.map(\.0))
    }
    return mask
  }

  /// The weights at the start as tensors; `nil` when they were not kept.
  public func startTensors() throws(TensorError) -> [String: Tensor]? {
    guard let start else { return nil }
    var tensors: [String: Tensor] = [:]
    for (name, array) in start { tensors[name] = try Tensor(array) }
    return tensors
  }

  /// Images as the checkpoint's network takes them, with borders where it needs them.
  ///
  /// - Throws: `FileError` when size, channels or classes do not fit; ``ImageShape/Unfit`` when they are too large.
  public func fitting(_ data: PruningData) throws -> PruningData {
    let data = try data.fitting(choice)
    let found = data.shape
    guard found.classes == shape.classes else {
      throw FileError(
        .mismatched, data.source, "the images have \(found.classes) classes",
        expected: "\(shape.classes), which the network tells apart")
    }
    guard found == shape else {
      throw FileError(
        .mismatched, data.source,
        "the images have \(found.columns) × \(found.rows) pixels of \(found.channels) channels",
        expected:
          "\(shape.columns) × \(shape.rows) pixels of \(shape.channels), which the network was trained on"
      )
    }
    return data
  }
}
