import ActivePruning
import ArgumentParsing
import Foundation
import Laboratory
import NeuralData
import Tensors

/// Writes a pruned network's weights as sparse matrices, and measures what that is worth.
struct PruneExportCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "export", abstract: "Writes a network's weights as sparse rows, and measures their size and speed.",
      discussion:
        "The file holds NAME/data, NAME/indices, NAME/indptr and NAME/shape for each weight whose sparse form is smaller, as scipy.sparse.csr_array takes them with the other dimensions as columns, and everything else as it is. Sizes are those of whole files. Speeds are medians on one thread of this machine, of linear layers and convolutions of 1 × 1: sparse rows in Swift against dense LibTorch; below 1 the sparse form is slower.",
      examples: [
        .init(
          "neuropil prune export --network mlp-300-100 --to /tmp/neuropil-export.npz",
          "A network of drawn weights, of which none is 0: the sparse form gains nothing.")
      ])
  }
  @Option("The file to write: .npz or .safetensors.", valueName: "FILE", completion: .file) var to: String
  @Flag("Deflates an npz archive's arrays.") var compress
  @Flag("Does not measure speed, which needs LibTorch.") var noSpeed
  @Option("Images at once, for the speed of linear layers.") var batches: [Int] = [1, 64]
  @Option("Fixes weights that are drawn.") var seed: UInt64 = 1
  @OptionGroup var source: CheckpointOptions
  @OptionGroup var images: ImageOptions
  @OptionGroup var common: CommonOptions

  private struct Speed: Encodable {
    var layer: String
    var shape: [Int]
    var density: Double
    var columns: Int
    var kind: String
    var denseSeconds: Double
    var sparseSeconds: Double
    var speedUp: Double
    var largestDifference: Double

    init(_ speed: SparseSpeed) {
      (layer, shape, density, columns) = (speed.layer, speed.shape, speed.density, speed.columns)
      kind = speed.isConvolution ? "1x1" : "linear"
      (denseSeconds, sparseSeconds, speedUp) = (speed.denseSeconds, speed.sparseSeconds, speed.speedUp)
      largestDifference = speed.largestDifference
    }
  }

  private struct Result: Encodable {
    var network: String
    var file: String
    var bytes: Int
    var sparseWeights: Int
    var sizes: FileSizes
    var speeds: [Speed]?
  }

  func validate() throws {
    guard to.hasSuffix(".npz") || to.hasSuffix(".safetensors") else {
      throw UsageError("--to is '\(to)', but must end in .npz or .safetensors")
    }
    guard batches.allSatisfy({ (1...65_536).contains($0) }) else {
      throw UsageError("--batches must be numbers from 1 to 65536")
    }
    guard !compress || to.hasSuffix(".npz") else {
      throw UsageError("--compress is for .npz; a safetensors file is never compressed")
    }
  }

  func run() throws {
    // A checkpoint that says what it is needs no images.
    let checkpoint =
      if let file = source.checkpoint, source.network == nil {
        try NetworkCheckpoint.read(file)
      } else {
        try source.read(with: images, seed: seed).checkpoint
      }
    let speeds = noSpeed ? nil : try SparseSpeed.measure(checkpoint, batches: batches)
    let file = SparseFile(checkpoint)
    try file.write(to: to, compressed: compress)
    let size = (try? FileManager.default.attributesOfItem(atPath: to)[.size] as? NSNumber)??.intValue ?? 0
    let result = Result(
      network: checkpoint.choice.name, file: to, bytes: size, sparseWeights: file.sparse.count,
      sizes: FileSizes(checkpoint), speeds: speeds?.map(Speed.init))
    if common.json { return print(JSONText.encode(result)) }
    show(
      result, json: false,
      [
        ("file", "\(to), \(size) bytes, \(file.sparse.count) weights as sparse rows"),
        ("dense", "\(result.sizes.dense) bytes, deflated \(result.sizes.denseDeflated)"),
        ("sparse", "\(result.sizes.sparse) bytes, deflated \(result.sizes.sparseDeflated)"),
      ])
    guard let speeds, !speeds.isEmpty else { return }
    print("")
    showTable(
      ["layer", "shape", "alive", "columns", "dense", "sparse", "dense/sparse"],
      speeds.map { speed in
        [
          speed.layer, speed.shape.map(String.init).joined(separator: " × "),
          String(format: "%.2f %%", 100 * speed.density),
          "\(speed.columns) \(speed.isConvolution ? "places" : speed.columns == 1 ? "image" : "images")",
          String(format: "%.1f µs", 1e6 * speed.denseSeconds),
          String(format: "%.1f µs", 1e6 * speed.sparseSeconds), String(format: "%.2f", speed.speedUp),
        ]
      })
  }
}
