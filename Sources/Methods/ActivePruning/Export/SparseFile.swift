import Foundation
import NeuralData
import Tensors

/// A network's weights in compressed sparse rows, for programs that run it elsewhere.
///
/// The file is an npz archive or a safetensors file. A weight `NAME` whose sparse form is smaller stands in it as
/// `NAME/data` (`float32`), `NAME/indices` (`int32`, columns), `NAME/indptr` (`int32`, where rows begin) and `NAME/shape`
/// (`int64`): a matrix of one row for each output, whose columns are the other dimensions in row order. Every other
/// parameter and buffer stands in it as it is, by its name.
///
/// ```python
/// with numpy.load("network.npz") as f:
///     shape = f["1.weight/shape"]
///     weight = scipy.sparse.csr_array(
///         (f["1.weight/data"], f["1.weight/indices"], f["1.weight/indptr"]), shape=(shape[0], shape[1:].prod()))
/// ```
public struct SparseFile: Sendable {
  /// Weights in their sparse form, and the shapes that they are of.
  public let sparse: [String: (rows: CompressedRows, shape: [Int])]
  /// The others.
  public let dense: [String: NumericArray]

  /// A network's weights, each in the smaller of both forms.
  public init(_ checkpoint: NetworkCheckpoint) {
    var sparse: [String: (CompressedRows, [Int])] = [:]
    var dense: [String: NumericArray] = [:]
    for (name, array) in checkpoint.weights {
      guard array.type == .float32, array.shape.count >= 2, array.count > 0, array.count < 1 << 31,
        let numbers = try? array.values(as: Float.self)
      else {
        dense[name] = array
        continue
      }
      let rows = CompressedRows(numbers, rows: array.shape[0])
      let size = 8 * rows.values.count + 4 * rows.rowStarts.count + 8 * array.shape.count
      if size < array.bytes.count { sparse[name] = (rows, array.shape) } else { dense[name] = array }
    }
    (self.sparse, self.dense) = (sparse, dense)
  }

  /// Every array of the file.
  public var arrays: [String: NumericArray] {
    var arrays = dense
    for (name, weight) in sparse {
      arrays["\(name)/data"] = NumericArray(weight.rows.values)
      arrays["\(name)/indices"] = NumericArray(weight.rows.columns)
      arrays["\(name)/indptr"] = NumericArray(weight.rows.rowStarts)
      arrays["\(name)/shape"] = NumericArray(weight.shape)
    }
    return arrays
  }

  /// Writes the file, atomically: `.safetensors`, or else an npz archive.
  ///
  /// - Parameter compressed: whether an archive's arrays are deflated too.
  public func write(to path: String, compressed: Bool = false) throws(FileError) {
    if path.hasSuffix(".safetensors") {
      try SafeTensors.write(
        SafeTensors.Contents(tensors: arrays, metadata: ["format": "neuropil-sparse-1"]), to: path)
    } else {
      try NPZ.write(arrays, to: path, compressed: compressed)
    }
  }

  /// Reads a file back to dense weights by their names.
  ///
  /// - Throws: `FileError` that names the first matrix whose parts do not fit.
  public static func read(_ path: String) throws(FileError) -> [String: NumericArray] {
    let arrays =
      path.hasSuffix(".safetensors") ? try SafeTensors.read(path).tensors : try NPZ.read(path)
    var weights: [String: NumericArray] = [:]
    for (name, array) in arrays where !name.contains("/") { weights[name] = array }
    for (key, data) in arrays where key.hasSuffix("/data") {
      let name = String(key.dropLast("/data".count))
      guard let shape = try? arrays["\(name)/shape"]?.values(as: Int.self), shape.count >= 2,
        shape.allSatisfy({ $0 >= 1 && $0 < 1 << 31 }),
        let width = product(shape.dropFirst()), let count = product(shape[...]), count < 1 << 31,
        let values = try? data.values(as: Float.self),
        let columns = try? arrays["\(name)/indices"]?.values(as: Int32.self),
        let starts = try? arrays["\(name)/indptr"]?.values(as: Int32.self),
        let rows = CompressedRows(
          rows: shape[0], width: width, values: values, columns: columns, rowStarts: starts)
      else {
        throw FileError(
          .damaged, path, at: "'\(name)'", "its parts make no sparse matrix",
          expected: "data, indices, indptr and shape as 'neuropil prune export' writes them")
      }
      weights[name] = NumericArray(rows.dense, shape: shape)
    }
    return weights
  }

  private static func product(_ lengths: ArraySlice<Int>) -> Int? {
    var result = 1
    for length in lengths {
      let (next, overflow) = result.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      result = next
    }
    return result
  }
}
