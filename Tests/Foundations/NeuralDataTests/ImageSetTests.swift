import Foundation
import NeuralData
import Testing

@Suite struct ImageSetTests {
  private func fixtures() throws -> String { try #require(Bundle.module.resourcePath) + "/Fixtures" }

  private func message(_ read: () throws -> Void) -> String? {
    #expect(throws: FileError.self) { try read() }?.description
  }

  /// An empty folder for the length of a test.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "images-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func write(_ bytes: [UInt8], _ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  @Test func pythonBatches() throws {
    let (training, test) = try CIFAR.read(fixtures() + "/cifar-python")
    #expect(training.count == 10 && test.count == 2)
    #expect(training.labels == [0, 9, 1, 8, 2, 7, 3, 6, 4, 5])
    #expect(training.classNames?[9] == "truck")
    #expect(training.channels == 3 && training.rows == 32 && training.columns == 32)
    // Image 2 is the first of data_batch_2.
    #expect(training.pixels[(2 * 3072)..<(2 * 3072 + 4)] == [1, 8, 15, 22])
  }

  @Test func binaryBatches() throws {
    try withFolder { folder in
      func record(_ labels: [UInt8]) -> [UInt8] {
        labels + (0..<3072).map { UInt8(($0 + Int(labels.last!)) % 256) }
      }
      for number in 1...5 {
        try write(record([UInt8(number)]) + record([0]), folder + "/data_batch_\(number).bin")
      }
      try write(record([7]), folder + "/test_batch.bin")
      try write(Array("cat\ndog\n".utf8), folder + "/batches.meta.txt")
      let said = message { _ = try CIFAR.read(folder) }
      #expect(said == "\(folder): there are 2 names; expected one for each of 10 classes")
      try write(Array((0..<10).map { "class\($0)\n" }.joined().utf8), folder + "/batches.meta.txt")
      let (training, test) = try CIFAR.read(folder)
      #expect(training.labels == [1, 0, 2, 0, 3, 0, 4, 0, 5, 0])
      #expect(test.labels == [7] && test.pixels[0] == 7)
      #expect(test.classNames?.last == "class9")
      try write([1, 2, 3], folder + "/test_batch.bin")
      #expect(
        message { _ = try CIFAR.read(folder) }?
          .hasPrefix("\(folder)/test_batch.bin: the file has 3 bytes; expected a multiple of 3073") == true)
    }
    try withFolder { folder in
      let image = [UInt8](repeating: 9, count: 3072)
      try write([3, 99] + image, folder + "/train.bin")
      try write([3, 98] + image, folder + "/test.bin")
      let (training, test) = try CIFAR.read(folder)
      #expect(training.classes == 100 && training.labels == [99] && test.labels == [98])
      try write([3, 100] + image, folder + "/test.bin")
      #expect(
        message { _ = try CIFAR.read(folder) } == "\(folder), image 0: the label is 100; expected 0 to 99")
    }
    try withFolder { folder in
      #expect(
        message { _ = try CIFAR.read(folder) }?.hasPrefix("\(folder): the folder holds no CIFAR images")
          == true)
    }
  }

  @Test func foldersOfPictures() throws {
    try withFolder { folder in
      let red = [UInt8](repeating: 0, count: 12).enumerated().map { $0.offset % 3 == 0 ? UInt8(255) : 0 }
      try write(PNG.encode(rgb: red, width: 2, height: 2), folder + "/dog/b.png")
      try write(PNG.encode(grey: [1, 2, 3, 4], width: 2, height: 2), folder + "/cat/a.PNG")
      try write([0], folder + "/cat/notes.txt")
      try FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: true)
      let listed = try ImageFolder(folder)
      #expect(listed.classNames == ["cat", "dog"])
      #expect(listed.entries.map(\.label) == [0, 1])
      let images = try listed.readAll()
      #expect(
        images.pixels == [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4] + [255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0])
      #expect(try listed.readAll(channels: 1).pixels == [1, 2, 3, 4, 76, 76, 76, 76])
      try write(PNG.encode(grey: [1, 2], width: 2, height: 1), folder + "/dog/c.png")
      #expect(
        message { _ = try ImageFolder(folder).readAll() }?
          .hasPrefix(
            "\(folder)/dog/c.png: the picture has 2 × 1 pixels; expected 2 × 2 as \(folder)/cat/a.PNG")
          == true)
    }
    try withFolder { folder in
      #expect(
        message { _ = try ImageFolder(folder) }?.hasPrefix("\(folder): there is no picture in it") == true)
      #expect(
        message { _ = try ImageFolder(folder + "/x") }?.hasPrefix("\(folder)/x: the folder cannot be read")
          == true)
    }
  }

  @Test func paddingAndStatistics() throws {
    let grey = try LabelledImages(
      pixels: [0, 255, 255, 0], rows: 2, columns: 2, labels: [1], classes: 2, source: "t")
    let set = ImageSet(grey)
    #expect(set.channelStatistics().means == [0.5])
    #expect(set.channelStatistics().deviations == [0.5])
    let wide = set.padded(rows: 4, columns: 4)
    #expect(wide.pixels == [0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 0, 0])
    #expect(wide.subset([0, 0]).count == 2 && wide.subset([0, 0]).labels == [1, 1])
  }
}
