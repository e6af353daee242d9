import Foundation
import NeuralData
import Probability
import Testing

@Suite struct DamageTests {
  private func idx(_ count: Int) -> [UInt8] {
    [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 2, 0, 0, 0, 2] + [UInt8](repeating: 9, count: count * 4)
  }

  private func message(_ read: () throws -> Void) -> String? {
    #expect(throws: FileError.self) { try read() }?.description
  }

  @Test func idxRefusals() {
    #expect(
      message { _ = try IDX.decode([1, 2], path: "f") }
        == "f, byte 2: the file ends in its magic number; expected an IDX file")
    #expect(
      message { _ = try IDX.decode([0, 0, 9, 9] + [0], path: "f") }
        == "f, byte 5: the file ends among its 9 dimensions; expected 40 bytes of head")
    #expect(
      message { _ = try IDX.decode([1, 0, 8, 3, 0], path: "f") }
        == "f, byte 0: the magic number is 16779267; expected 2051 for images or 2049 for labels, as an IDX file has"
    )
    #expect(
      message { _ = try IDX.decode(Array(idx(3).dropLast()), path: "f") }
        == "f, byte 27: 11 bytes of data follow the head; expected 12 for 3 × 2 × 2 uint8")
    let absurd: [UInt8] = [0, 0, 8, 4] + [UInt8](repeating: 0xFF, count: 16)
    #expect(message { _ = try IDX.decode(absurd, path: "f") }?.contains("impossible") == true)
  }

  @Test func csvRefusals() {
    func read(_ text: String, columns: Int? = nil) -> String? {
      message { _ = try CSVTable.decode(Array(text.utf8), path: "f", columns: columns) }
    }
    #expect(
      read("label,pixel\n1,2\n")
        == "f, row 1: this looks like a header ('label'); expected numbers from the first row on; remove the first row"
    )
    #expect(read("1,2\n3,abc\n") == "f, row 2, column 2: 'abc' is not a finite number; expected a number")
    #expect(read("1,nan\n2,3\n") == "f, row 1, column 2: 'nan' is not a finite number; expected a number")
    #expect(read("1,2\n3,nan\n") == "f, row 2, column 2: 'nan' is not a finite number; expected a number")
    #expect(read("1,2\n3,\n") == "f, row 2, column 2: nothing stands here; expected a number")
    #expect(read("1,2\n3\n") == "f, row 2: the row has 1 column; expected 2")
    #expect(read("1,2\n", columns: 785) == "f, row 1: the row has 2 columns; expected 785")
    #expect(read("\n\n") == "f: the file holds no numbers; expected rows of numbers separated by commas")
  }

  @Test func filesystemRefusals() throws {
    let scratch = try Scratch()
    #expect(
      message { _ = try NPY.read(scratch.file("none.npy")) }
        == "\(scratch.file("none.npy")): there is no such file; check the path")
    #expect(message { _ = try NPY.read(scratch.path) } == "\(scratch.path): is a folder; expected a file")
    let error = #expect(throws: FileError.self) {
      try AtomicFile.write("x", to: scratch.file("no/such/folder"))
    }
    #expect(error?.kind == .cannotWrite)
  }

  @Test func aFailedWriteKeepsTheOldFile() throws {
    let scratch = try Scratch()
    try AtomicFile.write("old", to: scratch.file("a"))
    // A folder cannot be replaced by a file: the rename fails after everything was written.
    try FileManager.default.createDirectory(
      atPath: scratch.file("folder"), withIntermediateDirectories: false)
    #expect(throws: FileError.self) { try AtomicFile.write("new", to: scratch.file("folder")) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["a", "folder"])
    try AtomicFile.write("new", to: scratch.file("a"))
    #expect(try String(contentsOfFile: scratch.file("a"), encoding: .utf8) == "new")
  }

  @Test func imagesAndLabelsMustFit() throws {
    let scratch = try Scratch()
    try AtomicFile.write(idx(3), to: scratch.file("x-images-idx3-ubyte"))
    #expect(
      message { _ = try LabelledImages.read(idx: scratch.file("x-images-idx3-ubyte"), labels: nil) }?
        .contains("--labels") == true)
    try AtomicFile.write([0, 0, 8, 1, 0, 0, 0, 2, 1, 2] as [UInt8], to: scratch.file("x-labels-idx1-ubyte"))
    #expect(
      message { _ = try LabelledImages.read(idx: scratch.file("x-images-idx3-ubyte"), labels: nil) }?
        .contains("holds 2 labels") == true)
    try AtomicFile.write(
      [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 0] as [UInt8], to: scratch.file("x-labels-idx1-ubyte"))
    #expect(try LabelledImages.read(idx: scratch.file("x-images-idx3-ubyte"), labels: nil).classes == 3)
  }

  @Test func truncatedGzipNamesTheByte() throws {
    let fashion = ImageClassificationData.installedFashionMNIST + "/t10k-labels-idx1-ubyte.gz"
    guard FileManager.default.fileExists(atPath: fashion) else { return }
    let scratch = try Scratch()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: fashion))
    try AtomicFile.write(bytes.prefix(1000), to: scratch.file("cut.gz"))
    #expect(
      message { _ = try IDX.read(scratch.file("cut.gz")) }?.contains(
        "byte 1000: the compressed data end early") == true)
  }

  /// Cut and changed files give an error or a value, never a crash.
  @Test func damagedFilesNeverCrash() throws {
    let array = NumericArray([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
    let readers: [(String, [UInt8], ([UInt8]) throws -> Void)] = [
      ("npy", NPY.encode(array), { _ = try NPY.decode($0, path: "f") }),
      ("npz", NPZ.encode(["a": array, "b": array]), { _ = try NPZ.decode($0, path: "f") }),
      ("npz compressed", NPZ.encode(["a": array], compressed: true), { _ = try NPZ.decode($0, path: "f") }),
      (
        "safetensors", SafeTensors.encode(.init(tensors: ["a": array, "b": array], metadata: ["k": "v"])),
        { _ = try SafeTensors.decode($0, path: "f") }
      ),
      ("idx", idx(3), { _ = try IDX.decode($0, path: "f") }),
      ("csv", Array("1,2.5,3\n4,5e3,6\n".utf8), { _ = try CSVTable.decode($0, path: "f") }),
    ]
    for (name, whole, read) in readers {
      try read(whole)
      var failures = 0
      for length in 0..<whole.count { do { try read(Array(whole.prefix(length))) } catch { failures += 1 } }
      var stream = RandomStream(seed: 12, name)
      for _ in 0..<3000 {
        var changed = whole
        for _ in 0...stream.integer(below: 4) {
          changed[stream.integer(below: changed.count)] = UInt8(stream.integer(below: 256))
        }
        do { try read(changed) } catch { failures += 1 }
      }
      #expect(failures > 0, "\(name)")
    }
  }
}
