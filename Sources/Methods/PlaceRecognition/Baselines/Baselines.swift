import Foundation
import NeuralData
import Parallel

/// The sum of absolute differences of preprocessed images.
public enum SumOfAbsoluteDifferences {
  /// The negative of each query's distance from each place, the least over the reference traverses.
  ///
  /// - Throws: ``PlaceRecognitionError`` when the traverses do not fit one another.
  public static func similarity(
    queries: [GreyImage], references: [Traverse], threads: Int = availableThreads
  ) throws(PlaceRecognitionError) -> SimilarityMatrix {
    try Traverse.validate(references)
    let places = references[0].images.count
    let size = references[0].images[0].pixels.count
    if let query = queries.firstIndex(where: { $0.pixels.count != size }) {
      throw .wrongShape("query \(query) has another size than the reference images")
    }
    let rows = parallelMap(count: queries.count, threads: threads) { query in
      (0..<places).map { place in
        -Double(references.map { distance(queries[query], $0.images[place]) }.min()!)
      }
    }
    return try SimilarityMatrix(rows.flatMap { $0 }, places: places)
  }

  /// Σ |a − b| over all pixels.
  static func distance(_ first: GreyImage, _ second: GreyImage) -> Int {
    first.pixels.withUnsafeBufferPointer { a in
      second.pixels.withUnsafeBufferPointer { b in
        var sum: Int32 = 0
        for pixel in a.indices { sum &+= abs(Int32(a[pixel]) - Int32(b[pixel])) }
        return Int(sum)
      }
    }
  }
}

/// Image descriptors computed elsewhere, such as NetVLAD's or DenseVLAD's, one row an image.
public struct Descriptors: Sendable, Hashable {
  /// Numbers of a descriptor.
  public let width: Int
  /// `[image, number]`.
  public let values: [Float]
  /// The number of images.
  public var count: Int { values.count / width }

  /// Descriptors of finite numbers.
  ///
  /// - Throws: ``PlaceRecognitionError/wrongShape(_:)`` when a number is not finite.
  public init(_ values: [Float], width: Int) throws(PlaceRecognitionError) {
    precondition(width > 0 && values.count % width == 0, "Descriptors: the numbers must fill whole rows")
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw .wrongShape(
        "the descriptor of image \(bad / width) has \(values[bad]) at number \(bad % width); expected finite numbers"
      )
    }
    (self.values, self.width) = (values, width)
  }

  /// Reads an `.npy` matrix, `[image, number]`, of floating-point numbers.
  ///
  /// - Throws: `FileError` naming the file.
  public static func read(_ path: String) throws -> Descriptors {
    let array = try NPY.read(path)
    guard array.shape.count == 2, array.shape[0] > 0, array.shape[1] > 0,
      array.type == .float32 || array.type == .float64
    else {
      throw FileError(
        .mismatched, path, "the array is \(array.type.rawValue) of shape \(array.shape)",
        expected: "float32 or float64 descriptors, [image, number]")
    }
    let numbers =
      array.type == .float32
      ? try array.values(as: Float.self) : try array.values(as: Double.self).map { Float($0) }
    do {
      return try Descriptors(numbers, width: array.shape[1])
    } catch {
      throw FileError(.damaged, path, error.description)
    }
  }

  /// The negative of each query's Euclidean distance from each place.
  ///
  /// - Throws: ``PlaceRecognitionError/mismatched(_:)`` for descriptors of different lengths.
  public func similarity(to reference: Descriptors, threads: Int = availableThreads)
    throws(PlaceRecognitionError) -> SimilarityMatrix
  {
    guard width == reference.width else {
      throw .mismatched(
        "the queries' descriptors have \(width) numbers, but the reference's \(reference.width)")
    }
    let rows = parallelMap(count: count, threads: threads) { query in
      (0..<reference.count).map { place in
        var sum = 0.0
        for number in 0..<width {
          let difference = Double(values[query * width + number] - reference.values[place * width + number])
          sum += difference * difference
        }
        return -sum.squareRoot()
      }
    }
    return try SimilarityMatrix(rows.flatMap { $0 }, places: reference.count)
  }
}
