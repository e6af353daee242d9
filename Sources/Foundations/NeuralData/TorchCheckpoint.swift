/// A checkpoint that PyTorch's `torch.save` wrote: named tensors, and the plain values beside them.
///
/// The file is a zip archive of a pickle and the tensors' storages. It is read as data, never executed.
public struct TorchCheckpoint: Sendable, Hashable {
  /// Every tensor by its name. Names within names are joined by points, as in `model.layers.0.weight`.
  public var tensors: [String: NumericArray]
  /// Every other value by its name, joined likewise.
  public var values: [String: Pickle.Value]

  /// Reads a checkpoint.
  ///
  /// - Throws: ``FileError``, also when the checkpoint holds objects other than tensors and plain values.
  public static func read(_ path: String) throws(FileError) -> TorchCheckpoint {
    try decode(FileBytes.read(path), path: path)
  }

  /// Reads the bytes of a checkpoint.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> TorchCheckpoint {
    // The pickled number with which the format before PyTorch 1.6 begins.
    if bytes.starts(with: [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]) {
      throw FileError(
        .unsupported, path, "this checkpoint has PyTorch's format from before version 1.6",
        expected: "the zip format", remedy: "rewrite it in Python: torch.save(torch.load(path), path)")
    }
    let archive = try ZipArchive(bytes, path: path, expected: "a checkpoint as torch.save writes it")
    guard let pickle = archive.members.first(where: { $0.name.hasSuffix("/data.pkl") }) else {
      throw FileError(
        .mismatched, path, "the archive has no data.pkl", expected: "a checkpoint as torch.save writes it")
    }
    let folder = pickle.name.dropLast("data.pkl".count)
    if archive.members.contains(where: { $0.name == folder + "constants.pkl" }) {
      throw FileError(
        .unsupported, path, "this is a TorchScript program", expected: "a state_dict",
        remedy: "save the module's state_dict() with torch.save")
    }
    let storages = try TorchStorages(archive, folder: String(folder), path: path)
    var machine = PickleMachine(
      try archive.contents(of: pickle), path: "\(path), member '\(pickle.name)'", storages: storages)
    var checkpoint = TorchCheckpoint(tensors: [:], values: [:])
    checkpoint.add(try machine.run(), named: "")
    return checkpoint
  }

  private mutating func add(_ value: Pickle.Value, named name: String) {
    func inside(_ part: String) -> String { name.isEmpty ? part : "\(name).\(part)" }
    switch value {
    case .array(let array): tensors[name] = array
    case .dictionary(let entries) where !entries.isEmpty:
      for entry in entries {
        switch entry.key {
        case .text(let key): add(entry.value, named: inside(key))
        case .integer(let key): add(entry.value, named: inside(String(key)))
        default: values[name] = value
        }
      }
    case .list(let items) where items.contains(where: \.isCollection),
      .tuple(let items) where items.contains(where: \.isCollection):
      for (index, item) in items.enumerated() { add(item, named: inside(String(index))) }
    default: values[name] = value
    }
  }
}

extension Pickle.Value {
  fileprivate var isCollection: Bool {
    switch self {
    case .array, .dictionary, .list, .tuple: true
    default: false
    }
  }
}
