import NeuralData
import Tensors

/// How long a linear layer or a convolution of 1 × 1 takes with its weights in sparse rows, and dense in LibTorch, each on
/// one thread of this machine.
public struct SparseSpeed: Sendable {
  /// Path of the layer.
  public let layer: String
  /// `[outputs, inputs]`
  public let shape: [Int]
  /// Share of weights that are not 0.
  public let density: Double
  /// Images at once of a linear layer; places of an image's map for a convolution.
  public let columns: Int
  /// Whether it is a convolution.
  public let isConvolution: Bool
  /// Median seconds of one call, dense.
  public let denseSeconds: Double
  /// Median seconds of one call with sparse rows; of a linear layer with several images, exchanging rows and columns
  /// included.
  public let sparseSeconds: Double
  /// Largest difference of an output.
  public let largestDifference: Double

  /// Above 1 where the sparse form is faster.
  public var speedUp: Double { denseSeconds / sparseSeconds }

  /// Measures every linear layer and every convolution of 1 × 1 with groups of one.
  ///
  /// - Parameters:
  ///   - checkpoint: a network.
  ///   - batches: images at once, for linear layers.
  ///   - seconds: about how long each form of each layer is repeated.
  /// - Throws: `TensorError`.
  public static func measure(
    _ checkpoint: NetworkCheckpoint, batches: [Int] = [1, 64], seconds: Double = 0.05
  ) throws -> [SparseSpeed] {
    let network = try checkpoint.network()
    let threads = LibTorch.operationThreads
    LibTorch.operationThreads = 1
    defer { LibTorch.operationThreads = threads }
    // What each convolution gives for one image says how many places it has.
    let places = PlaceCounter()
    let shape = checkpoint.shape
    let image = try Tensor.zeros([1, shape.channels, shape.rows, shape.columns])
    try withoutGradients { () throws(TensorError) in
      _ = try network(
        image,
        in: .inference { module, output throws(TensorError) in
          if module is Convolution {
            places.counts[ObjectIdentifier(module)] = Array(output.shape.dropFirst(2))
          }
        })
    }
    var results: [SparseSpeed] = []
    for (path, module) in network.modules {
      if let linear = module as? Linear {
        for batch in batches { results.append(try measure(linear, path, batch, seconds)) }
      } else if let convolution = module as? Convolution, convolution.groups == 1, !convolution.isTransposed,
        convolution.weight.value.shape.dropFirst(2).allSatisfy({ $0 == 1 }),
        convolution.padding.allSatisfy({ $0 == 0 }),
        let map = places.counts[ObjectIdentifier(module)]
      {
        results.append(try measure(convolution, path, map, seconds))
      }
    }
    return results
  }

  private final class PlaceCounter {
    var counts: [ObjectIdentifier: [Int]] = [:]
  }

  private static func measure(
    _ layer: Linear, _ path: String, _ batch: Int, _ seconds: Double
  ) throws -> SparseSpeed {
    let weight = try layer.weight.value.detached()
    let bias = try layer.bias?.value.detached()
    let shape = weight.shape
    let rows = CompressedRows(try weight.scalars(as: Float.self), rows: shape[0])
    let numbers = example(batch * shape[1])
    let input = try Tensor(numbers, shape: [batch, shape[1]])
    let biases = try bias?.scalars(as: Float.self)
    let dense = try median(seconds) {
      try withoutGradients { () throws(TensorError) in try input.linear(weight, bias: bias) }
    }
    let sparse = try median(seconds) {
      let columns = transposed(numbers, rows: batch)
      return transposed(
        added(biases, to: rows.multiplied(by: columns, count: batch), count: batch), rows: shape[0])
    }
    return SparseSpeed(
      layer: path, shape: shape, density: rows.density, columns: batch, isConvolution: false,
      denseSeconds: dense.seconds, sparseSeconds: sparse.seconds,
      largestDifference: difference(try dense.result.scalars(as: Float.self), sparse.result))
  }

  private static func measure(
    _ layer: Convolution, _ path: String, _ map: [Int], _ seconds: Double
  ) throws -> SparseSpeed {
    let weight = try layer.weight.value.detached()
    let bias = try layer.bias?.value.detached()
    let shape = Array(weight.shape.prefix(2))
    let rows = CompressedRows(try weight.scalars(as: Float.self), rows: shape[0])
    let count = map.reduce(1, *)
    let numbers = example(shape[1] * count)
    let input = try Tensor(numbers, shape: [1, shape[1]] + map)
    let biases = try bias?.scalars(as: Float.self)
    let ones = [Int](repeating: 1, count: map.count)
    let dense = try median(seconds) {
      try withoutGradients { () throws(TensorError) in
        try input.convolved(
          with: weight, bias: bias, stride: ones, padding: ones.map { _ in 0 }, dilation: ones)
      }
    }
    let sparse = try median(seconds) {
      added(biases, to: rows.multiplied(by: numbers, count: count), count: count)
    }
    return SparseSpeed(
      layer: path, shape: shape, density: rows.density, columns: count, isConvolution: true,
      denseSeconds: dense.seconds, sparseSeconds: sparse.seconds,
      largestDifference: difference(try dense.result.scalars(as: Float.self), sparse.result))
  }

  /// Numbers from 0 to 1 that repeat late, as after a rectifier.
  private static func example(_ count: Int) -> [Float] { (0..<count).map { Float($0 * 7919 % 1009) / 1009 } }

  private static func added(_ bias: [Float]?, to result: [Float], count: Int) -> [Float] {
    guard let bias else { return result }
    var result = result
    for row in bias.indices {
      for column in (row * count)..<((row + 1) * count) { result[column] += bias[row] }
    }
    return result
  }

  private static func transposed(_ matrix: [Float], rows: Int) -> [Float] {
    let columns = matrix.count / rows
    if rows == 1 || columns == 1 { return matrix }
    return [Float](unsafeUninitializedCapacity: matrix.count) { result, initialized in
      for column in 0..<columns {
        for row in 0..<rows { result[column * rows + row] = matrix[row * columns + column] }
      }
      initialized = matrix.count
    }
  }

  private static func difference(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { max($0, Double(abs($1.0 - $1.1))) }
  }

  /// The result of a call and the median time of repeated ones, after one that warms up.
  private static func median<Result>(
    _ seconds: Double, _ body: () throws -> Result
  ) throws -> (result: Result, seconds: Double) {
    let clock = ContinuousClock()
    let result = try body()
    var times: [Double] = []
    let start = clock.now
    repeat {
      let began = clock.now
      _ = try body()
      times.append((clock.now - began) / .seconds(1))
    } while (clock.now - start) / .seconds(1) < seconds && times.count < 100_000
    return (result, times.sorted()[times.count / 2])
  }
}
