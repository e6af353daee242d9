import NeuralData
import Tensors

extension NetworkCheckpoint {
  /// Requires finite weights, and masks of ones and zeros that fit them.
  func check(_ path: String) throws(FileError) {
    guard !weights.isEmpty else {
      throw FileError(.mismatched, path, "the file holds no weights", expected: "a network")
    }
    for (part, arrays) in [("", weights), ("start/", start ?? [:])] {
      for (name, array) in arrays.sorted(by: { $0.key < $1.key }) {
        if let place = array.firstNotFinite {
          throw FileError(
            .mismatched, path, at: "'\(part)\(name)', number \(place)", "it is infinite or not a number",
            expected: "finite weights", remedy: "train again with a lower learning rate")
        }
      }
    }
    try checkInput(path)
    if let start, let name = Set(start.keys).symmetricDifference(weights.keys).min() {
      throw FileError(
        .damaged, path, "'\(name)' is among the weights or those at the start, but not both",
        expected: "the same names")
    }
    for (name, start) in start ?? [:] where start.shape != weights[name]?.shape {
      throw FileError(
        .damaged, path, at: "'start/\(name)'", "it has the shape \(start.shape)",
        expected: "the shape of '\(name)'")
    }
    for (name, mask) in masks.sorted(by: { $0.key < $1.key }) {
      guard let weight = weights[name] else {
        throw FileError(.damaged, path, at: "'mask/\(name)'", "there are no weights of that name")
      }
      guard mask.type == .uint8, mask.shape == weight.shape, mask.bytes.allSatisfy({ $0 <= 1 }) else {
        throw FileError(
          .damaged, path, at: "'mask/\(name)'",
          "it is \(mask.type.rawValue) of the shape \(mask.shape), or holds other numbers than 0 and 1",
          expected: "uint8 of the shape \(weight.shape)")
      }
      if let place = weight.firstNumber(whereNot: mask) {
        throw FileError(
          .damaged, path, at: "'\(name)', number \(place)",
          "the mask says that it is pruned, but it is not 0",
          expected: "0 where the mask is 0")
      }
    }
    // A perceptron's sizes are in its name: they are compared before memory is taken for them.
    if case .multilayerPerceptron(let hidden) = choice {
      let sizes = [shape.numbers] + hidden + [shape.classes]
      for place in 1..<sizes.count {
        let name = "\(2 * place - 1).weight"
        let wanted = [sizes[place], sizes[place - 1]]
        guard weights[name]?.shape == wanted else {
          throw FileError(
            .mismatched, path, at: "'\(name)'",
            weights[name].map { "it has the shape \($0.shape)" } ?? "it is missing",
            expected: "\(wanted), as \(choice.name) has for these images")
        }
      }
    }
  }

  /// Requires images that the network takes, and numbers that normalise them.
  private func checkInput(_ path: String) throws(FileError) {
    let side: Int?
    do throws(ImageShape.Unfit) { side = try choice.side(for: shape) } catch {
      throw FileError(.mismatched, path, error.description)
    }
    if let side, shape.rows != side || shape.columns != side {
      throw FileError(
        .mismatched, path, "its images have \(shape.columns) × \(shape.rows) pixels",
        expected: "\(side) × \(side), which \(choice.name) takes")
    }
    for list in [preprocessing.means, preprocessing.deviations] {
      guard list.isEmpty || list.count == shape.channels, list.allSatisfy(\.isFinite) else {
        throw FileError(
          .damaged, path, "its means and deviations of pixels are \(list)",
          expected: "none, or a finite number for each of \(shape.channels) channels")
      }
    }
    // A pixel has at most 256 levels, so that a set's deviation is 0 or far above this.
    guard preprocessing.deviations.allSatisfy({ $0 >= 1e-6 }) else {
      throw FileError(
        .damaged, path, "its deviations of pixels are \(preprocessing.deviations)",
        expected: "numbers above 0")
    }
  }

  /// Weights without a word about the network.
  static func plain(
    _ tensors: [String: NumericArray], _ path: String, _ choice: NetworkChoice?, _ shape: ImageShape?,
    _ preprocessing: Augmentation
  ) throws(FileError) -> NetworkCheckpoint {
    guard let choice, let shape else {
      throw FileError(
        .mismatched, path, "the file does not say which network it holds",
        expected: "a checkpoint of 'neuropil prune run'", remedy: "name the network with --network")
    }
    var (weights, masks) = (tensors, [String: NumericArray]())
    // Programs keep the weights beside other things, or wrap the network in another.
    let names = tensors.keys
    for prefix in ["state_dict.", "model_state_dict.", "model.", "net."]
    where names.contains(where: { $0.hasPrefix(prefix) }) {
      weights = inner(weights, prefix)
    }
    if weights.keys.allSatisfy({ $0.hasPrefix("module.") }) { weights = inner(weights, "module.") }
    for (name, original) in weights where name.hasSuffix("_orig") {
      let base = String(name.dropLast("_orig".count))
      guard let mask = weights[base + "_mask"], mask.shape == original.shape,
        let numbers = try? original.values(as: Float.self), let alive = try? mask.values(as: Float.self)
      else {
        throw FileError(
          .damaged, path, at: "'\(name)'", "its mask '\(base)_mask' is missing or has another shape")
      }
      weights[name] = nil
      weights[base + "_mask"] = nil
      weights[base] = NumericArray(
        zip(numbers, alive).map { $1 == 0 ? Float(0) : $0 * $1 }, shape: original.shape)
      masks[base] = NumericArray(alive.map { UInt8($0 == 0 ? 0 : 1) }, shape: mask.shape)
    }
    var checkpoint = NetworkCheckpoint(
      choice: choice, shape: shape, seed: nil, preprocessing: preprocessing, weights: weights, start: nil,
      masks: masks, isShrunk: false)
    checkpoint.source = path
    try checkpoint.check(path)
    return checkpoint
  }

  private static func inner(_ arrays: [String: NumericArray], _ prefix: String) -> [String: NumericArray] {
    var result: [String: NumericArray] = [:]
    for (name, array) in arrays where name.hasPrefix(prefix) {
      result[String(name.dropFirst(prefix.count))] = array
    }
    return result.isEmpty ? arrays : result
  }
}

extension NumericArray {
  /// The place of the first number that is infinite or not a number.
  var firstNotFinite: Int? {
    func first<Bits: FixedWidthInteger>(_: Bits.Type, exponent: Bits) -> Int? {
      bytes.withUnsafeBytes { buffer in
        (0..<count).first {
          buffer.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Bits>.size, as: Bits.self) & exponent
            == exponent
        }
      }
    }
    return switch type {
    case .float16: first(UInt16.self, exponent: 0x7C00)
    case .bfloat16: first(UInt16.self, exponent: 0x7F80)
    case .float32: first(UInt32.self, exponent: 0x7F80_0000)
    case .float64: first(UInt64.self, exponent: 0x7FF0_0000_0000_0000)
    default: nil
    }
  }

  /// The place of the first number that is not 0 where a mask is.
  func firstNumber(whereNot mask: NumericArray) -> Int? {
    let size = type.size
    return (0..<count).first { place in
      guard mask.bytes[place] == 0 else { return false }
      let number = bytes[(place * size)..<((place + 1) * size)]
      return number.dropLast().contains { $0 != 0 } || number.last! & 0x7F != 0  // minus zero is zero
    }
  }
}
