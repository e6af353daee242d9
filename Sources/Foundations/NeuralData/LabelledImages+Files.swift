import Foundation

extension ImageClassificationData {
  /// Reads images from a folder of IDX files, an IDX images file, a CSV table or an npz archive.
  ///
  /// A single set without validation images gives every tenth image to validation.
  ///
  /// - Parameters:
  ///   - path: what to read.
  ///   - labels: the labels file of an IDX images file; found beside it by its usual name unless given.
  /// - Throws: ``FileError``.
  public static func read(_ path: String, labels: String? = nil) throws(FileError) -> ImageClassificationData
  {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError(
        .missing, path, "there is no such file or folder",
        remedy: path == installedFashionMNIST
          ? "install the Debian package dataset-fashion-mnist (make deps), or pass your own files"
          : "check the path")
    }
    if isFolder.boolValue { return try readFolder(path) }
    let name = (path as NSString).lastPathComponent.lowercased()
    if name.hasSuffix(".npz") { return try readArchive(path) }
    if name.hasSuffix(".csv") || name.hasSuffix(".csv.gz") || name.hasSuffix(".txt") {
      return try LabelledImages.read(csv: path).split(every: 10)
    }
    return try LabelledImages.read(idx: path, labels: labels).split(every: 10)
  }

  private static func readFolder(_ folder: String) throws(FileError) -> ImageClassificationData {
    func find(_ stem: String) -> String? {
      [stem, stem + ".gz"].map { (folder as NSString).appendingPathComponent($0) }
        .first { FileManager.default.fileExists(atPath: $0) }
    }
    guard let training = find("train-images-idx3-ubyte") else {
      throw FileError(
        .missing, folder, "the folder has no training images",
        expected: "train-images-idx3-ubyte or train-images-idx3-ubyte.gz",
        remedy: "pass the folder that holds them, or a file")
    }
    let read = try LabelledImages.read(idx: training, labels: nil)
    guard let test = find("t10k-images-idx3-ubyte") else { return read.split(every: 10) }
    let validation = try LabelledImages.read(idx: test, labels: nil, classes: read.classes)
    guard validation.rows == read.rows, validation.columns == read.columns else {
      throw FileError(
        .mismatched, test, "images of \(validation.rows) × \(validation.columns) pixels",
        expected: "\(read.rows) × \(read.columns) as in \(training)")
    }
    return ImageClassificationData(training: read, validation: validation)
  }

  private static func readArchive(_ path: String) throws(FileError) -> ImageClassificationData {
    let arrays = try NPZ.read(path)
    func set(_ images: String, _ labels: String, classes: Int?) throws(FileError) -> LabelledImages? {
      guard let x = arrays[images] else { return nil }
      guard let y = arrays[labels] else {
        throw FileError(.mismatched, path, "array '\(images)' is there, but not its labels '\(labels)'")
      }
      guard x.shape.count == 3, x.type == .uint8 else {
        throw FileError(
          .mismatched, path, at: "array '\(images)'", "has the shape \(x.shape) of \(x.type.rawValue)",
          expected: "[image, row, column] of uint8")
      }
      guard let classNumbers = try? y.values(as: UInt8.self) else {
        throw FileError(
          .mismatched, path, at: "array '\(labels)'", "holds something else than class numbers",
          expected: "whole numbers from 0 to 255")
      }
      return try LabelledImages(
        pixels: x.bytes, rows: x.shape[1], columns: x.shape[2], labels: classNumbers, classes: classes,
        source: path)
    }
    if let training = try set("x_train", "y_train", classes: nil) {
      return ImageClassificationData(
        training: training, validation: try set("x_test", "y_test", classes: training.classes))
    }
    guard let all = try set("images", "labels", classes: nil) else {
      throw FileError(
        .mismatched, path, "the archive holds \(arrays.keys.sorted().joined(separator: ", "))",
        expected: "arrays images and labels, or x_train, y_train, x_test and y_test")
    }
    return all.split(every: 10)
  }
}

extension LabelledImages {
  /// Reads a pair of IDX files.
  ///
  /// - Parameters:
  ///   - path: the images.
  ///   - labels: their labels; `…-images-idx3-ubyte` has them in `…-labels-idx1-ubyte` unless given.
  ///   - classes: number of classes, when it is known.
  public static func read(idx path: String, labels: String?, classes: Int? = nil) throws(FileError)
    -> LabelledImages
  {
    let images = try IDX.read(path)
    guard images.shape.count == 3, images.type == .uint8 else {
      throw FileError(
        .mismatched, path, "holds an array of shape \(images.shape) of \(images.type.rawValue)",
        expected: "images: [image, row, column] of uint8")
    }
    let labelPath: String
    if let labels { labelPath = labels } else { labelPath = try labelFile(beside: path) }
    let names = try IDX.read(labelPath)
    guard names.shape.count == 1, names.type == .uint8 else {
      throw FileError(
        .mismatched, labelPath, "holds an array of shape \(names.shape)", expected: "labels: [image] of uint8"
      )
    }
    guard names.count == images.shape[0] else {
      throw FileError(
        .mismatched, labelPath, "holds \(names.count) labels, but \(path) holds \(images.shape[0]) images",
        expected: "one label for each image")
    }
    return try LabelledImages(
      pixels: images.bytes, rows: images.shape[1], columns: images.shape[2], labels: names.bytes,
      classes: classes, source: path)
  }

  private static func labelFile(beside path: String) throws(FileError) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    let name = (path as NSString).lastPathComponent
    let stem = name.replacing("images", with: "labels").replacing("idx3", with: "idx1")
    let bare = stem.hasSuffix(".gz") ? String(stem.dropLast(3)) : stem
    let candidates = [stem, bare, bare + ".gz"].map { (folder as NSString).appendingPathComponent($0) }
    guard stem != name, let found = candidates.first(where: { FileManager.default.fileExists(atPath: $0) })
    else {
      throw FileError(
        .missing, path, "its labels are not beside it", expected: candidates[0],
        remedy: "give the labels file with --labels")
    }
    return found
  }

  /// Reads a CSV table of images: MNIST's form (no header, the label first, then 0–255 pixels), or scikit-learn's
  /// digits (64 pixels of 0–16, the label last).
  public static func read(csv path: String) throws(FileError) -> LabelledImages {
    let table = try CSVTable.read(path)
    let isDigits = table.columns == 65
    let size = table.columns - 1
    let side = Int(Double(size).squareRoot())
    guard size > 0, side * side == size else {
      throw FileError(
        .mismatched, path, "a row has \(table.columns) column\(table.columns == 1 ? "" : "s")",
        expected: "a label and the pixels of a square image, such as 785 columns")
    }
    let maximum = isDigits ? 16.0 : 255.0
    var pixels = [UInt8](repeating: 0, count: table.rows * size)
    var labels = [UInt8](repeating: 0, count: table.rows)
    for row in 0..<table.rows {
      for column in 0..<table.columns {
        let value = table.values[row * table.columns + column]
        let isLabel = column == (isDigits ? size : 0)
        guard value >= 0, value <= (isLabel ? 255 : maximum), value == value.rounded() else {
          throw FileError(
            .mismatched, path, at: "row \(row + 1), column \(column + 1)",
            "\(isLabel ? "the label" : "a pixel") is \(value)",
            expected: "a whole number from 0 to \(isLabel ? 255 : Int(maximum))")
        }
        if isLabel {
          labels[row] = UInt8(value)
        } else {
          pixels[row * size + (isDigits ? column : column - 1)] = UInt8(value)
        }
      }
    }
    return try LabelledImages(
      pixels: pixels, rows: side, columns: side, labels: labels, maximum: UInt8(maximum), source: path)
  }
}
