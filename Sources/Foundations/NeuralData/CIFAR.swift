import Foundation

/// The small colour pictures of CIFAR-10 and CIFAR-100, 32 × 32 pixels (Krizhevsky 2009).
public enum CIFAR {
  static let side = 32
  static let size = 3 * side * side

  /// Reads a folder of either set, in the binary or the Python form; what is in it says which.
  ///
  /// - Parameter folder: with `data_batch_1` (to 5) and `test_batch`, or `train` and `test`, each plain or ending in `.bin`.
  /// - Returns: the images to learn from and those to judge by.
  /// - Throws: ``FileError``.
  public static func read(_ folder: String) throws(FileError) -> (training: ImageSet, test: ImageSet) {
    for (isLarge, first) in [(false, "data_batch_1"), (true, "train")] {
      for ending in [".bin", ""] {
        guard FileManager.default.fileExists(atPath: path(folder, first + ending)) else { continue }
        let training = isLarge ? ["train"] : (1...5).map { "data_batch_\($0)" }
        let names = try classNames(folder, isLarge: isLarge)
        func set(_ files: [String]) throws(FileError) -> ImageSet {
          var pixels: [UInt8] = []
          var labels: [Int] = []
          for file in files {
            let part = try batch(path(folder, file + ending), isLarge: isLarge)
            pixels += part.pixels
            labels += part.labels
          }
          return try ImageSet(
            pixels: pixels, channels: 3, rows: side, columns: side, labels: labels,
            classes: isLarge ? 100 : 10, classNames: names, source: folder)
        }
        return (try set(training), try set([isLarge ? "test" : "test_batch"]))
      }
    }
    throw FileError(
      .missing, folder, "the folder holds no CIFAR images",
      expected: "data_batch_1.bin, data_batch_1, train.bin or train",
      remedy: "pass the folder that the set's archive unpacks to")
  }

  private static func path(_ folder: String, _ file: String) -> String {
    (folder as NSString).appendingPathComponent(file)
  }

  private static func classNames(_ folder: String, isLarge: Bool) throws(FileError) -> [String]? {
    let text = path(folder, isLarge ? "fine_label_names.txt" : "batches.meta.txt")
    if FileManager.default.fileExists(atPath: text) {
      let names = String(decoding: try FileBytes.read(text), as: UTF8.self)
        .split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      return names.filter { !$0.isEmpty }
    }
    let meta = path(folder, isLarge ? "meta" : "batches.meta")
    guard FileManager.default.fileExists(atPath: meta) else { return nil }
    let key = isLarge ? "fine_label_names" : "label_names"
    guard case .list(let items)? = try Pickle.read(meta)[key] else {
      throw FileError(.mismatched, meta, "it holds no list '\(key)'")
    }
    return items.map {
      switch $0 {
      case .text(let name): name
      case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
      default: "?"
      }
    }
  }

  /// One file: images in row order of each channel, and their classes.
  private static func batch(_ path: String, isLarge: Bool) throws(FileError) -> (
    pixels: [UInt8], labels: [Int]
  ) {
    path.hasSuffix(".bin") ? try binary(path, isLarge: isLarge) : try pickled(path, isLarge: isLarge)
  }

  private static func binary(_ path: String, isLarge: Bool) throws(FileError) -> (
    pixels: [UInt8], labels: [Int]
  ) {
    let bytes = try FileBytes.read(path)
    let head = isLarge ? 2 : 1  // CIFAR-100 puts the coarse class before the fine one
    let record = head + size
    guard !bytes.isEmpty, bytes.count % record == 0 else {
      throw FileError(
        .damaged, path, "the file has \(bytes.count) bytes",
        expected: "a multiple of \(record), one image each",
        remedy: "fetch or copy it again")
    }
    let count = bytes.count / record
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * size)
    for image in 0..<count { pixels += bytes[(image * record + head)..<((image + 1) * record)] }
    return (pixels, (0..<count).map { Int(bytes[$0 * record + head - 1]) })
  }

  private static func pickled(_ path: String, isLarge: Bool) throws(FileError) -> (
    pixels: [UInt8], labels: [Int]
  ) {
    let value = try Pickle.read(path)
    guard case .array(let data)? = value["data"], data.type == .uint8, data.shape.count == 2,
      data.shape[1] == size
    else {
      throw FileError(
        .mismatched, path, "it holds no images under 'data'", expected: "[image, \(size)] of uint8")
    }
    let key = isLarge ? "fine_labels" : "labels"
    guard case .list(let items)? = value[key] else {
      throw FileError(.mismatched, path, "it holds no list '\(key)'")
    }
    var labels: [Int] = []
    labels.reserveCapacity(items.count)
    for (place, item) in items.enumerated() {
      guard case .integer(let label) = item else {
        throw FileError(.mismatched, path, at: "'\(key)', item \(place)", "it is no whole number")
      }
      labels.append(label)
    }
    return (data.bytes, labels)
  }
}
