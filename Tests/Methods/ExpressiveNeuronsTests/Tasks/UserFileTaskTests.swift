import ExpressiveNeurons
import Foundation
import NeuralData
import Testing

@Suite struct UserFileTaskTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func write(_ text: String, _ name: String) throws -> String {
    try write(Array(text.utf8), name)
  }
  private func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let path = folder.appendingPathComponent(name).path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
  private func text(_ path: String, test: String? = nil) -> TextTask {
    TextTask(files: TaskFiles(training: path, validation: path, test: test))
  }
  private func refusal(_ body: () throws -> some Any) -> String {
    do {
      _ = try body()
      return "accepted"
    } catch {
      return "\(error)".replacing(folder.path + "/", with: "")
    }
  }

  @Test func textFilesOfTheLongRangeArena() throws {
    let path = try write(
      "Source,Target\r\n\"a, \"\"b\"\"\nc\",1\nab,0\n\nba\u{e9},1\n", "train.csv")
    let test = try write("Target\tText\n0\tab \"\n", "test.tsv")
    let data = try text(path, test: test).data(threads: 1)
    // Bytes of training: line end, space, quote, comma, a, b, c, two of é: nine, and one for all others.
    #expect(data.training.channels == 10)
    #expect(data.training.inputs.map(\.steps) == [8, 2, 4])
    #expect(data.training.inputs[0].channel == [4, 3, 1, 2, 5, 2, 0, 6])
    #expect(data.training.inputs[2].channel == [5, 4, 8, 7])
    #expect(data.training.targets == .labels([1, 0, 1], classes: 2))
    #expect(data.test?.inputs[0].channel == [4, 5, 1, 2])
    #expect(!data.training.isPaired)
  }

  @Test func textWithoutHeaderAndWithWords() throws {
    let plain = try write("0\tone\n3\ttwo\n", "plain.tsv")
    #expect(try text(plain).data(threads: 1).training.targets == .labels([0, 3], classes: 4))
    let words = try write("label,text\npos,x\nneg,y\n", "words.csv")
    #expect(try text(words).data(threads: 1).training.targets == .labels([1, 0], classes: 2))
    // Unknown bytes share a channel, and long texts are cut.
    let other = try write("label,text\nneg,yzxw\n", "other.csv")
    var task = text(words, test: other)
    task.longest = 3
    #expect(try task.data(threads: 1).test?.inputs[0].channel == [1, 2, 0])
  }

  @Test func aTenthIsHeldOut() throws {
    let rows = (0..<25).map { "\($0 % 2)\ttext \($0)" }.joined(separator: "\n")
    let path = try write(rows, "many.tsv")
    let data = try TextTask(files: TaskFiles(training: path)).data(threads: 1)
    #expect(data.training.count == 23 && data.validation.count == 2 && data.test == nil)
  }

  @Test func textRefusals() throws {
    func refused(_ contents: String, _ name: String) throws -> String {
      let path = try write(contents, name)
      return refusal { try text(path).data(threads: 1) }
    }
    #expect(try refused("", "a.csv") == "a.csv: there are no rows; expected texts with labels")
    #expect(
      try refused("Source,Target\n", "a.csv")
        == "a.csv: there are no rows below the header; expected texts with labels")
    #expect(
      try refused("Source,Target\nx,1\ny\n", "a.csv")
        == "a.csv, line 3: the row has 1 fields; expected 2 as in the first row")
    #expect(
      try refused("Source,Target\n\"x,1\n", "a.csv")
        == "a.csv, line 2: a quote is not closed; expected \" at the field's end")
    #expect(
      try refused("Source,Target\n\"x\"y,1\n", "a.csv")
        == "a.csv, line 2: text follows a closing quote; expected a delimiter or a line end; quotes inside a field doubled"
    )
    #expect(try refused("Source,Target\n,1\n", "a.csv") == "a.csv, line 2: the text is empty")
    #expect(try refused("a\tb\tc\n", "a.tsv").contains("the first row of 3 fields"))
    let path = try write("0\tx\n1\ty\n", "t.tsv")
    let test = try write("2\tx\n", "u.tsv")
    #expect(
      refusal { try text(path, test: test).data(threads: 1) }
        == "u.tsv, line 1: the label is '2'; expected a whole number from 0 to 1, as in the training file")
    #expect(
      refusal { try text(folder.path + "/none.csv").data(threads: 1) }
        == "none.csv: there is no such file; check the path")
    let one = try write("0\tx\n", "one.tsv")
    #expect(refusal { try TextTask(files: TaskFiles(training: one)).data(threads: 1) }.contains("one sample"))
    #expect(
      refusal { try TextTask(files: TaskFiles(training: one), longest: 0).data(threads: 1) }.contains(
        "longest"))
  }

  @Test func retrievalPairs() throws {
    let path = try write("1.0\ta1\ta2\tab \"c\tba\n0.0\tb1\tb2\tc\tc\n", "pairs.tsv")
    let data = try RetrievalTask(files: TaskFiles(training: path, validation: path)).data(threads: 1)
    #expect(data.training.isPaired)
    #expect(data.training.targets == .labels([1, 1, 0, 0], classes: 2))
    #expect(data.training.inputs.map(\.steps) == [5, 2, 1, 1])
    #expect(data.training.channels == 6)
    for (contents, message) in [
      ("1\ta\n", "line 1: the row has 2 fields; expected label, id, id, text, text with tabs between"),
      ("2\ta\tb\n", "line 1: the label is '2'; expected a whole number from 0 to 1, as in the training file"),
      ("1\ta\t\n", "line 1: a text is empty"), ("", "there are no rows; expected label, id, id, text, text"),
    ] {
      let bad = try write(contents, "bad.tsv")
      #expect(
        refusal {
          try RetrievalTask(files: TaskFiles(training: bad, validation: bad)).data(threads: 1)
        }.hasSuffix(message))
    }
  }

  @Test func cifarBatches() throws {
    // Twenty images; pixel p of image i is (i, p mod 256, 7).
    func batch(_ images: Range<Int>) -> [UInt8] {
      var bytes: [UInt8] = []
      for image in images {
        bytes.append(UInt8(image % 10))
        bytes += [UInt8](repeating: UInt8(image), count: 1024)
        bytes += (0..<1024).map { UInt8($0 % 256) }
        bytes += [UInt8](repeating: 7, count: 1024)
      }
      return bytes
    }
    _ = try write(batch(0..<15), "data_batch_1.bin")
    _ = try write(batch(15..<20), "data_batch_2.bin")
    let test = try write(batch(0..<3), "test_batch.bin")
    let data = try ImageTask(path: folder.path).data(threads: 1)
    #expect(data.training.count == 18 && data.validation.count == 2 && data.test?.count == 3)
    #expect(data.validation.targets == .labels([9, 9], classes: 10))
    let input = data.validation.inputs[1]
    #expect(input.steps == 1024 && input.channels == 16)
    for pixel in [0, 200, 255, 1023] {
      let grey: Double = (0.2989 * 19.0 + 0.587 * Double(pixel % 256) + 0.114 * 7.0).rounded()
      #expect(input.channel[pixel] == Int32(grey / 16))
    }
    #expect(throws: FileError.self) { try ImageTask(path: test).data(threads: 1) }
    _ = try write([1, 2, 3], "data_batch_2.bin")
    #expect(refusal { try ImageTask(path: folder.path).data(threads: 1) }.contains("it has 3 bytes"))
    _ = try write([10] + [UInt8](repeating: 0, count: 3072), "data_batch_2.bin")
    #expect(refusal { try ImageTask(path: folder.path).data(threads: 1) }.contains("the label is 10"))
  }

  @Test func imageArrays() throws {
    let path = folder.appendingPathComponent("images.npz").path
    let pixels = (0..<(12 * 6)).map { UInt8($0 * 3) }
    let labels = NumericArray((0..<12).map { UInt8($0 % 3) })
    try NPZ.write(["images": NumericArray(pixels, shape: [12, 2, 3]), "labels": labels], to: path)
    let grey = try ImageTask(path: path, levels: 8).data(threads: 1)
    // One set: a tenth to judge by, a tenth of the rest to choose by.
    #expect(grey.training.count == 10 && grey.validation.count == 1 && grey.test?.count == 1)
    #expect(grey.training.inputs[1].channel == pixels[6..<12].map { Int32($0 / 32) })
    #expect(grey.training.inputs[0].channels == 8)

    try NPZ.write(
      [
        "x_train": NumericArray([UInt8](repeating: 200, count: 10 * 12), shape: [10, 2, 2, 3]),
        "y_train": NumericArray([UInt8](repeating: 1, count: 10), shape: [10, 1]),
      ], to: path)
    let colour = try ImageTask(path: path).data(threads: 1)
    #expect(colour.training.inputs[0].channel == [12, 12, 12, 12] && colour.test == nil)
    try NPZ.write(
      ["x_train": NumericArray([UInt8](repeating: 0, count: 8), shape: [1, 2, 2, 2])], to: path)
    #expect(
      refusal { try ImageTask(path: path).data(threads: 1) }
        == "images.npz, array 'x_train': has the shape [1, 2, 2, 2] of uint8; expected [image, row, column, 3] of uint8"
    )
    #expect(refusal { try ImageTask(path: path, levels: 300).data(threads: 1) }.contains("grey levels"))
  }
}
