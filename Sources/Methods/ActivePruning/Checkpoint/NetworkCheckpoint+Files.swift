import Foundation
import NeuralData
import Tensors

extension NetworkCheckpoint {
  static let format = "neuropil-network-1"

  /// Writes the file, atomically.
  ///
  /// - Parameter version: of the program, noted in the file.
  public func write(to path: String, version: String = "") throws(FileError) {
    var arrays = weights
    for (name, array) in start ?? [:] { arrays["start/\(name)"] = array }
    for (name, array) in masks { arrays["mask/\(name)"] = array }
    var metadata = [
      "format": Self.format, "network": choice.name, "shape": Self.text(shape),
      "preprocessing": Self.text(preprocessing), "version": version,
    ]
    if let seed { metadata["seed"] = String(seed) }
    if isShrunk { metadata["shrunk"] = "true" }
    try SafeTensors.write(SafeTensors.Contents(tensors: arrays, metadata: metadata), to: path)
  }

  private static func text(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Reads a checkpoint that ``write(to:version:)`` wrote, or the plain weights of a known network: a safetensors file or
  /// a `state_dict` that `torch.save` wrote, which is read as data and never executed.
  ///
  /// Masks of `torch.nn.utils.prune` (`weight_orig` and `weight_mask`) become masks here.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - choice: which network plain weights belong to; checked against what a checkpoint says.
  ///   - shape: of the images, for plain weights.
  ///   - preprocessing: of the images, for plain weights.
  /// - Throws: `FileError` in one line: what is missing, damaged, not a number, or a foreign file.
  public static func read(
    _ path: String, choice: NetworkChoice? = nil, shape: ImageShape? = nil,
    preprocessing: Augmentation = Augmentation()
  ) throws(FileError) -> NetworkCheckpoint {
    let bytes = try FileBytes.read(path)
    let isTorch =
      bytes.starts(with: [0x50, 0x4B]) || bytes.starts(with: [0x80, 2]) || path.hasSuffix(".pt")
      || path.hasSuffix(".pth")
    if !isTorch {
      let contents = try SafeTensors.decode(bytes, path: path)
      if let format = contents.metadata["format"], format.hasPrefix("neuropil-") {
        return try decode(contents, path: path, wanted: choice)
      }
      return try plain(contents.tensors, path, choice, shape, preprocessing)
    }
    return try plain(TorchCheckpoint.decode(bytes, path: path).tensors, path, choice, shape, preprocessing)
  }

  private static func decode(
    _ contents: SafeTensors.Contents, path: String, wanted: NetworkChoice?
  ) throws(FileError) -> NetworkCheckpoint {
    let metadata = contents.metadata
    guard metadata["format"] == format else {
      throw FileError(
        .unsupported, path, "the file has the format '\(metadata["format"] ?? "")'", expected: "'\(format)'",
        remedy:
          "use the version of neuropil that wrote it, \(metadata["version"] ?? "which it does not name")")
    }
    func value<Value: Decodable>(_ key: String, as: Value.Type) throws(FileError) -> Value {
      guard let text = metadata[key], let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
      else { throw FileError(.damaged, path, at: "metadata '\(key)'", "it is missing or cannot be read") }
      return value
    }
    guard let choice = metadata["network"].flatMap({ NetworkChoice($0) }) else {
      throw FileError(
        .unsupported, path, at: "metadata 'network'",
        "there is no network '\(metadata["network"] ?? "")'", expected: NetworkChoice.expectation)
    }
    if let wanted, wanted != choice {
      throw FileError(
        .mismatched, path, "the file holds the network \(choice.name)", expected: wanted.name,
        remedy: "leave --network out, or choose another file")
    }
    var parts: [String: [String: NumericArray]] = ["": [:], "start": [:], "mask": [:]]
    for (name, array) in contents.tensors {
      let words = name.split(separator: "/", maxSplits: 1).map(String.init)
      let (part, rest) = words.count == 2 && parts[words[0]] != nil ? (words[0], words[1]) : ("", name)
      parts[part]?[rest] = array
    }
    var checkpoint = NetworkCheckpoint(
      choice: choice, shape: try value("shape", as: ImageShape.self),
      seed: metadata["seed"].flatMap { UInt64($0) },
      preprocessing: try value("preprocessing", as: Augmentation.self), weights: parts[""]!,
      start: parts["start"]!.isEmpty ? nil : parts["start"]!, masks: parts["mask"]!,
      isShrunk: metadata["shrunk"] == "true")
    checkpoint.source = path
    try checkpoint.check(path)
    return checkpoint
  }
}
