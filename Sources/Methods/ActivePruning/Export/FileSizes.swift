import NeuralData

/// Bytes that a network's weights take in files, written as the files would be.
public struct FileSizes: Sendable, Hashable, Codable {
  /// A safetensors file of all numbers.
  public let dense: Int
  /// An npz archive of all numbers, deflated as gzip does.
  public let denseDeflated: Int
  /// A safetensors file with sparse rows where they are smaller.
  public let sparse: Int
  /// The same as an npz archive, deflated.
  public let sparseDeflated: Int

  /// Measures.
  public init(_ checkpoint: NetworkCheckpoint) {
    let arrays = SparseFile(checkpoint).arrays
    dense = SafeTensors.encode(SafeTensors.Contents(tensors: checkpoint.weights)).count
    denseDeflated = NPZ.encode(checkpoint.weights, compressed: true).count
    sparse = SafeTensors.encode(SafeTensors.Contents(tensors: arrays)).count
    sparseDeflated = NPZ.encode(arrays, compressed: true).count
  }
}
