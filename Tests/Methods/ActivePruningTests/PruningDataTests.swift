import ActivePruning
import Foundation
import NeuralData
import Tensors
import Testing

/// A folder that is gone after the test.
struct Scratch: ~Copyable {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "active-pruning-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func file(_ name: String) -> String { path + "/" + name }
}

struct PruningDataTests {
  private func images(_ count: Int, side: Int = 4, classes: Int = 2) throws -> ImageSet {
    try ImageSet(
      pixels: (0..<(count * side * side)).map { UInt8($0 % 251) }, channels: 1, rows: side, columns: side,
      labels: (0..<count).map { $0 % classes }, classes: classes, source: "test")
  }

  private func picture(_ path: String, side: Int = 4, level: UInt8) throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try AtomicFile.write(
      PNG.encode(grey: [UInt8](repeating: level, count: side * side), width: side, height: side), to: path)
  }

  @Test("smaller images get borders, larger ones an error")
  func fitting() throws {
    let data = try PruningData(training: images(4), test: images(2), source: "x")
    let padded = try data.fitting(.vgg19)
    #expect(padded.shape == ImageShape(channels: 1, rows: 32, columns: 32, classes: 2))
    #expect(padded.test.rows == 32 && padded.training.pixels[14 * 32 + 15] == data.training.pixels[1])
    #expect(try data.fitting(.multilayerPerceptron(hidden: [3])).shape == data.shape)
    let large = try PruningData(training: images(4, side: 40), test: images(2, side: 40), source: "x")
    #expect(throws: ImageShape.Unfit.self) { try large.fitting(.leNet5) }
  }

  @Test("sets that do not fit together")
  func mismatches() throws {
    let classes = #expect(throws: FileError.self) {
      try PruningData(training: images(4), test: images(6, classes: 3), source: "x")
    }
    #expect(classes?.description == "x: the test images have 3 classes; expected 2 as the training images")
    #expect(throws: FileError.self) {
      try PruningData(training: images(4), test: images(6, side: 5), source: "x")
    }
  }

  @Test("fewer images")
  func prefix() throws {
    let data = try PruningData(training: images(4), test: images(2), source: "x")
    let less = try data.prefix(training: 3, test: 1)
    #expect(less.training.count == 3 && less.test.count == 1 && less.shape == data.shape)
    let error = #expect(throws: PruningData.TooFew.self) { try data.prefix(training: 5, test: nil) }
    #expect(error?.description == "5 training images are wanted; expected 1 to 4, which are there")
    #expect(throws: PruningData.TooFew.self) { try data.prefix(training: nil, test: 0) }
  }

  @Test("folders of pictures, with and without a test set")
  func pictures() throws {
    let scratch = try Scratch()
    for number in 0..<6 {
      try picture(scratch.file("a/cat/\(number).png"), level: 10)
      try picture(scratch.file("a/dog/\(number).png"), level: 20)
    }
    let split = try PruningData.read(scratch.file("a"))
    #expect(split.training.count == 11 && split.test.count == 1 && split.shape.channels == 3)
    try picture(scratch.file("b/train/cat/1.png"), level: 1)
    try picture(scratch.file("b/train/dog/1.png"), level: 2)
    try picture(scratch.file("b/test/cat/1.png"), level: 3)
    let differing = #expect(throws: FileError.self) { try PruningData.read(scratch.file("b")) }
    #expect(
      differing?.description
        == "\(scratch.path)/b: the folders train and test have not the same classes, such as 'dog'; expected a folder for each class in both"
    )
    try picture(scratch.file("b/test/dog/1.png"), level: 4)
    let both = try PruningData.read(scratch.file("b"))
    #expect(both.training.count == 2 && both.test.labels == [0, 1])
    try picture(scratch.file("c/cat/1.png"), level: 1)
    #expect(throws: FileError.self) { try PruningData.read(scratch.file("c")) }
  }

  @Test("CIFAR-10 in its binary form")
  func cifar() throws {
    let scratch = try Scratch()
    for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] {
      try AtomicFile.write([3] + [UInt8](repeating: 7, count: 3072), to: scratch.file(name + ".bin"))
    }
    let data = try PruningData.read(scratch.path)
    #expect(
      data.training.count == 5 && data.shape == ImageShape(channels: 3, rows: 32, columns: 32, classes: 10))
    try AtomicFile.write([3, 4, 5], to: scratch.file("test_batch.bin"))
    #expect(throws: FileError.self) { try PruningData.read(scratch.path) }
  }

  @Test("nothing to read")
  func nothing() throws {
    let scratch = try Scratch()
    let empty = #expect(throws: FileError.self) { try PruningData.read(scratch.path) }
    #expect(
      empty?.description
        == "\(scratch.path): there are no labelled images in the folder; expected IDX files, CIFAR batches, or PNG or JPEG files in one folder for each class"
    )
    #expect(throws: FileError.self) { try PruningData.read(scratch.file("missing")) }
    // An IDX file of no images.
    try AtomicFile.write(
      [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4], to: scratch.file("train-images-idx3-ubyte"))
    try AtomicFile.write([0, 0, 8, 1, 0, 0, 0, 0], to: scratch.file("train-labels-idx1-ubyte"))
    let none = #expect(throws: FileError.self) { try PruningData.read(scratch.path) }
    #expect(none?.description.hasSuffix("there are no images") == true)
  }

  @Test("pixels as numbers")
  func preprocessing() throws {
    let data = try PruningData(training: images(4), test: images(2), source: "x")
    #expect(data.preprocessing(isStandardised: false).means.isEmpty)
    #expect(data.preprocessing(isStandardised: true).means.count == 1)
  }
}
