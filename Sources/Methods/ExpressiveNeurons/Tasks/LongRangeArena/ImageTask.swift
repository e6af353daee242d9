import Foundation
import NeuralData

/// Classification of images read pixel by pixel in grey levels, from the user's files: CIFAR-10's binary version as in the
/// Long Range Arena, or any images that `ImageClassificationData` or an npz archive holds.
///
/// Read are a folder with `data_batch_1.bin` … and `test_batch.bin`, one such file, an npz archive of `images`
/// `[image, row, column]` or `[image, row, column, 3]` with `labels` (or `x_train`, `y_train`, `x_test`, `y_test`), IDX
/// files, and CSV tables of pixels. Colours become grey by 0.2989 R + 0.5870 G + 0.1140 B. Every tenth training image is held
/// out for validation.
public struct ImageTask: SequenceTask, Hashable, Codable {
  /// The file or folder.
  public var path: String
  /// Labels of an IDX images file, when they are not beside it.
  public var labels: String?
  /// Number of grey levels.
  public var levels: Int

  /// A task.
  public init(path: String, labels: String? = nil, levels: Int = 16) {
    (self.path, self.labels, self.levels) = (path, labels, levels)
  }

  /// `image`
  public var preset: String { "image" }

  /// Reads the files.
  public func data(threads: Int, each: @escaping @Sendable () -> Void) throws -> TaskData {
    try require("the number of grey levels", levels, in: 2...256)
    let (all, test) = try images()
    let split = all.split(every: 10)
    guard let validation = split.validation else {
      throw FileError(
        .mismatched, path, "there are \(all.count) training images", expected: "ten or more",
        remedy: "every tenth is held out for validation")
    }
    return TaskData(
      training: try set(split.training), validation: try set(validation), test: try test.map(set))
  }

  private func set(_ images: LabelledImages) throws -> SequenceDataSet {
    let size = images.rows * images.columns
    let levels = levels
    return try SequenceDataSet(
      (0..<images.count).map { image in
        // Pixels of 0 to 16 spread over the levels like those of 0 to 255.
        let pixels = images.pixels[(image * size)..<((image + 1) * size)].map {
          images.maximum == 255 ? $0 : UInt8(Int($0) * 255 / Int(images.maximum))
        }
        return .grey(pixels[...], levels: levels)
      }, .labels(images.labels.map(Int.init), classes: images.classes))
  }

  private func images() throws -> (training: LabelledImages, test: LabelledImages?) {
    let folder = URL(fileURLWithPath: path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let batches = names.filter { $0.hasPrefix("data_batch") && $0.hasSuffix(".bin") }.sorted()
    if !batches.isEmpty {
      let training = batches.map { folder.appendingPathComponent($0).path }
      let test = names.contains("test_batch.bin") ? folder.appendingPathComponent("test_batch.bin").path : nil
      return (try Self.cifar(training), try test.map { try Self.cifar([$0]) })
    }
    if path.lowercased().hasSuffix(".bin") { return (try Self.cifar([path]), nil) }
    if path.lowercased().hasSuffix(".npz"), let coloured = try colourArchive() { return coloured }
    let read = try ImageClassificationData.read(path, labels: labels)
    return (read.training, read.validation)
  }

  /// Images of CIFAR-10's binary version: records of a label and 1024 bytes each of red, green and blue.
  static func cifar(_ paths: [String]) throws(FileError) -> LabelledImages {
    var pixels: [UInt8] = []
    var labels: [UInt8] = []
    for path in paths {
      let bytes = try FileBytes.contents(of: path)
      guard !bytes.isEmpty, bytes.count % 3073 == 0 else {
        throw FileError(
          .damaged, path, "it has \(bytes.count) bytes",
          expected: "a multiple of 3073: a label and 32 × 32 pixels in three colours each")
      }
      for start in stride(from: 0, to: bytes.count, by: 3073) {
        guard bytes[start] < 10 else {
          throw FileError(
            .damaged, path, at: "byte \(start)", "the label is \(bytes[start])", expected: "0 to 9")
        }
        labels.append(bytes[start])
        for pixel in (start + 1)...(start + 1024) {
          pixels.append(grey(bytes[pixel], bytes[pixel + 1024], bytes[pixel + 2048]))
        }
      }
    }
    return try LabelledImages(
      pixels: pixels, rows: 32, columns: 32, labels: labels, classes: 10, source: paths[0])
  }

  static func grey(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    let light: Double = 0.2989 * Double(red) + 0.5870 * Double(green) + 0.1140 * Double(blue)
    return UInt8(light.rounded())
  }

  /// An archive of coloured images; `nil` when they are not coloured.
  private func colourArchive() throws -> (training: LabelledImages, test: LabelledImages?)? {
    let arrays = try NPZ.read(path)
    func set(_ images: String, _ names: String, classes: Int?) throws(FileError) -> LabelledImages? {
      guard let x = arrays[images], x.shape.count == 4 else { return nil }
      guard x.shape[3] == 3, x.type == .uint8 else {
        throw FileError(
          .mismatched, path, at: "array '\(images)'", "has the shape \(x.shape) of \(x.type.rawValue)",
          expected: "[image, row, column, 3] of uint8")
      }
      guard let y = arrays[names] else {
        throw FileError(.mismatched, path, "array '\(images)' is there, but not its labels '\(names)'")
      }
      // Keras keeps labels as a column.
      guard y.count == x.shape[0], let labels = try? y.values(as: UInt8.self) else {
        throw FileError(
          .mismatched, path, at: "array '\(names)'", "has the shape \(y.shape) of \(y.type.rawValue)",
          expected: "\(x.shape[0]) whole numbers from 0 to 255")
      }
      let pixels = stride(from: 0, to: x.bytes.count, by: 3).map {
        Self.grey(x.bytes[$0], x.bytes[$0 + 1], x.bytes[$0 + 2])
      }
      return try LabelledImages(
        pixels: pixels, rows: x.shape[1], columns: x.shape[2], labels: labels, classes: classes, source: path)
    }
    if let training = try set("x_train", "y_train", classes: nil) {
      return (training, try set("x_test", "y_test", classes: training.classes))
    }
    return try set("images", "labels", classes: nil).map { ($0, nil) }
  }
}
