import ActivePruning
import Foundation
import NeuralData
import Probability
import Tensors
import Testing

struct CompressedRowsTests {
  @Test("the usual parts of a small matrix")
  func parts() throws {
    let rows = CompressedRows([0, 5, 0, 0, 0, 0, 1, 0, 2, -0.0, 0, 3], rows: 3)
    #expect(rows.values == [5, 1, 2, 3] && rows.columns == [1, 2, 0, 3] && rows.rowStarts == [0, 1, 2, 4])
    #expect(rows.width == 4 && rows.density == 4.0 / 12)
    #expect(rows.dense == [0, 5, 0, 0, 0, 0, 1, 0, 2, 0, 0, 3])
    #expect(rows.multiplied(by: [1, 10, 100, 1000], count: 1) == [50, 100, 3002])
  }

  @Test("products agree with the definition", arguments: [1, 2, 31, 32, 33, 100])
  func products(_ count: Int) {
    var stream = RandomStream(seed: 1, "matrix", count)
    func number() -> Float { Float(stream.integer(below: 2001)) / 1000 - 1 }
    let (rows, width) = (13, 37)
    let dense = (0..<(rows * width)).map { _ in stream.integer(below: 5) == 0 ? number() : 0 }
    let matrix = (0..<(width * count)).map { _ in number() }
    let product = CompressedRows(dense, rows: rows).multiplied(by: matrix, count: count)
    for row in 0..<rows {
      for column in 0..<count {
        let expected = (0..<width).reduce(0.0) {
          $0 + Double(dense[row * width + $1]) * Double(matrix[$1 * count + column])
        }
        #expect(abs(Double(product[row * count + column]) - expected) <= 1e-5)
      }
    }
  }

  @Test("parts that make no matrix")
  func impossible() {
    func make(_ columns: [Int32], _ starts: [Int32], rows: Int = 2, width: Int = 3) -> CompressedRows? {
      CompressedRows(rows: rows, width: width, values: [1, 2], columns: columns, rowStarts: starts)
    }
    #expect(make([0, 2], [0, 1, 2]) != nil)
    #expect(make([0, 3], [0, 1, 2]) == nil && make([0, -1], [0, 1, 2]) == nil)
    #expect(make([0, 2], [0, 3, 2]) == nil && make([0, 2], [0, 2]) == nil && make([0], [0, 1, 2]) == nil)
    #expect(make([0, 2], [1, 1, 2]) == nil && make([0, 2], [0, 1, 2], rows: .max, width: .max) == nil)
  }
}

@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct ExportTests {
  /// A network with nine of ten weights pruned.
  private func checkpoint(_ name: String = "mlp-60-40", side: Int = 10) throws -> NetworkCheckpoint {
    let choice = try #require(NetworkChoice(name))
    let shape = try #require(ImageShape(channels: 1, rows: side, columns: side, classes: 10))
    let network = try choice.network(for: shape, seed: 1)
    var mask = Mask(allOf: WeightTable(of: network))
    mask.prune((0..<mask.table.count).filter { $0 % 10 != 3 })
    _ = try MaskedWeights(mask, in: network)
    return try NetworkCheckpoint(
      of: network, choice: choice, shape: shape, seed: 1, preprocessing: Augmentation(), mask: mask)
  }

  @Test("what is written is read", arguments: ["a.npz", "a.safetensors"])
  func roundTrip(_ name: String) throws {
    let scratch = try Scratch()
    let checkpoint = try checkpoint()
    let file = SparseFile(checkpoint)
    #expect(file.sparse.keys.sorted() == ["1.weight", "3.weight", "5.weight"])
    try file.write(to: scratch.file(name), compressed: true)
    let read = try SparseFile.read(scratch.file(name))
    #expect(read == checkpoint.weights)
  }

  @Test("a dense network stays dense")
  func dense() throws {
    let choice = NetworkChoice.multilayerPerceptron(hidden: [5])
    let shape = try #require(ImageShape(channels: 1, rows: 3, columns: 3, classes: 2))
    let network = try choice.network(for: shape, seed: 1)
    let checkpoint = try NetworkCheckpoint(
      of: network, choice: choice, shape: shape, seed: 1, preprocessing: Augmentation())
    #expect(SparseFile(checkpoint).sparse.isEmpty)
  }

  @Test("damaged parts get one line")
  func damaged() throws {
    let scratch = try Scratch()
    var arrays = SparseFile(try checkpoint()).arrays
    arrays["3.weight/shape"] = NumericArray([40, 1])
    try NPZ.write(arrays, to: scratch.file("bad.npz"))
    let error = #expect(throws: FileError.self) { try SparseFile.read(scratch.file("bad.npz")) }
    #expect(
      error?.description
        == "\(scratch.path)/bad.npz, '3.weight': its parts make no sparse matrix; expected data, indices, indptr and shape as 'neuropil prune export' writes them"
    )
    arrays["3.weight/shape"] = NumericArray([Int.max, Int.max])
    try NPZ.write(arrays, to: scratch.file("bad.npz"))
    #expect(throws: FileError.self) { try SparseFile.read(scratch.file("bad.npz")) }
  }

  @Test("sizes are those of the files")
  func sizes() throws {
    let scratch = try Scratch()
    let checkpoint = try checkpoint()
    let sizes = FileSizes(checkpoint)
    try SparseFile(checkpoint).write(to: scratch.file("a.safetensors"))
    try SparseFile(checkpoint).write(to: scratch.file("b.npz"), compressed: true)
    func size(_ name: String) -> Int? { FileManager.default.contents(atPath: scratch.file(name))?.count }
    #expect(size("b.npz") == sizes.sparseDeflated)
    #expect(abs(try #require(size("a.safetensors")) - sizes.sparse) < 100)  // the file notes its format
    // A tenth of the weights with a column each, and rows.
    #expect(sizes.sparse < sizes.dense / 3 && sizes.denseDeflated < sizes.dense)
  }

  @Test("speeds are of equal products", arguments: [("mlp-60-40", 10), ("mobilenetv2", 32)])
  func speeds(_ name: String, _ side: Int) throws {
    let speeds = try SparseSpeed.measure(checkpoint(name, side: side), batches: [1, 40], seconds: 0.001)
    // 17 blocks with two convolutions of 1 × 1, four of them with one on the way around, the last and the classes.
    #expect(speeds.count == (name == "mobilenetv2" ? 17 * 2 + 4 + 1 + 2 : 6))
    for speed in speeds {
      #expect(speed.denseSeconds > 0 && speed.sparseSeconds > 0 && speed.speedUp > 0)
      #expect(speed.largestDifference <= 1e-4, "\(speed.layer)")
      #expect(abs(speed.density - 0.1) < 0.03, "\(speed.layer)")
    }
  }
}
