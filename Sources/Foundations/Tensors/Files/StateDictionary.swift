import NeuralData

extension Module {
  /// Every parameter and buffer by its path.
  public var state: [String: Tensor] {
    var state: [String: Tensor] = [:]
    for (path, parameter) in parameters { state[path] = parameter.value }
    for (path, buffer) in buffers { state[path] = buffer.value }
    return state
  }

  /// Puts named tensors into the parameters and buffers; types follow the module's.
  ///
  /// - Parameters:
  ///   - state: by paths; ``Module/state`` or a file's.
  ///   - isPartial: whether names without a place, and places without a name, are left alone.
  /// - Throws: ``TensorError`` of kind ``TensorError/Kind/mismatched`` that names what is missing, left over or of
  ///   another shape; then nothing is changed.
  public func load(_ state: [String: Tensor], isPartial: Bool = false) throws(TensorError) {
    let (parameters, buffers) = (parameters, buffers)
    let places = Dictionary(
      parameters.map { ($0.path, $0.parameter.value) } + buffers.map { ($0.path, $0.buffer.value) },
      uniquingKeysWith: { first, _ in first })
    func few(_ names: some Collection<String>) -> String {
      let sorted = names.sorted()
      return sorted.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        + (sorted.count > 3 ? " and \(sorted.count - 3) more" : "")
    }
    if !isPartial {
      let missing = Set(places.keys).subtracting(state.keys)
      guard missing.isEmpty else {
        throw TensorError(.mismatched, "weights", "there is nothing for \(few(missing))")
      }
      let extra = Set(state.keys).subtracting(places.keys)
      guard extra.isEmpty else {
        throw TensorError(.mismatched, "weights", "the network has no place for \(few(extra))")
      }
    }
    var fitting: [String: Tensor] = [:]
    for (path, place) in places {
      guard let given = state[path] else { continue }
      guard given.shape == place.shape else {
        throw TensorError(
          .mismatched, "weights", "'\(path)' has the shape \(given.shape); expected \(place.shape)")
      }
      fitting[path] = try given.detached().converted(to: place.type).moved(to: place.device)
    }
    for (path, parameter) in parameters { if let value = fitting[path] { try parameter.set(value) } }
    for (path, buffer) in buffers { if let value = fitting[path] { buffer.value = value } }
  }
}

/// Named tensors in files.
public enum TensorFiles {
  /// Reads a safetensors file, or a checkpoint that `torch.save` wrote, which is read as data and never executed.
  ///
  /// - Returns: tensors by their names; names within names are joined by points.
  /// - Throws: `FileError`, or ``TensorError``.
  public static func read(_ path: String, on device: Device = .cpu) throws -> [String: Tensor] {
    let bytes = try FileBytes.read(path)
    let arrays =
      bytes.starts(with: [0x50, 0x4B]) || path.hasSuffix(".pt") || path.hasSuffix(".pth")
      ? try TorchCheckpoint.decode(bytes, path: path).tensors
      : try SafeTensors.decode(bytes, path: path).tensors
    return try arrays.mapValues { try Tensor($0, on: device) }
  }

  /// The tensors as a safetensors file holds them.
  public static func contents(
    _ tensors: [String: Tensor], metadata: [String: String] = [:]
  ) throws(TensorError) -> SafeTensors.Contents {
    var arrays: [String: NumericArray] = [:]
    for (name, tensor) in tensors { arrays[name] = try tensor.numericArray() }
    return SafeTensors.Contents(tensors: arrays, metadata: metadata)
  }

  /// Writes a safetensors file, atomically.
  ///
  /// - Throws: `FileError`, or ``TensorError``.
  public static func write(
    _ tensors: [String: Tensor], to path: String, metadata: [String: String] = [:]
  ) throws {
    try SafeTensors.write(contents(tensors, metadata: metadata), to: path)
  }
}
