import Laboratory
import NeuralData
import Parallel
import Probability

/// Pathfinder of the Long Range Arena: are the two marked ends joined by a dashed contour? The picture comes pixel by
/// pixel, row after row, its grey level one of a few channels.
public struct PathfinderTask: GeneratedTask, Hashable, Codable {
  /// How pictures are drawn.
  public var drawing: ContourDrawing
  /// Number of grey levels: 16, for Pathfinder-X 8.
  public var levels: Int
  /// How many pictures; 160,000, 20,000 and 20,000 in the Long Range Arena.
  public var sizes: SplitSizes
  /// Fixes all of them.
  public var seed: UInt64

  /// A task on pictures of 32 × 32 pixels unless another drawing is given.
  public init(
    drawing: ContourDrawing = .pathfinder, levels: Int = 16,
    sizes: SplitSizes = .init(training: 160_000, validation: 20_000, test: 20_000), seed: UInt64
  ) {
    (self.drawing, self.levels, self.sizes, self.seed) = (drawing, levels, sizes, seed)
  }

  /// Pictures of 128 × 128 pixels in 8 grey levels.
  public static func extended(
    sizes: SplitSizes = .init(training: 160_000, validation: 20_000, test: 20_000), seed: UInt64
  ) -> PathfinderTask {
    PathfinderTask(drawing: .pathfinderX, levels: 8, sizes: sizes, seed: seed)
  }

  /// `pathfinder`, or `pathfinder-x` for pictures of 128 × 128 pixels and more.
  public var preset: String { drawing.size >= 128 ? "pathfinder-x" : "pathfinder" }

  /// One picture.
  public func picture(_ index: Int) throws -> ContourDrawing.Picture {
    try drawing.validate()
    var stream = RandomStream(seed: seed, "pathfinder", index)
    guard let picture = drawing.draw(&stream) else {
      throw ExpressiveNeuronError.inconsistent(
        "two contours of \(drawing.contourLength) dashes do not fit in \(drawing.size) × \(drawing.size) pixels; use fewer dashes or a larger picture"
      )
    }
    return picture
  }

  /// 512 sequences.
  public var block: Int { 512 }

  /// Draws some of the pictures.
  public func sequences(_ indices: Range<Int>, threads: Int, each: @escaping @Sendable () -> Void) throws
    -> SequenceDataSet
  {
    try require("the number of grey levels", levels, in: 2...256)
    let task = self
    let samples = try parallelMap(count: indices.count, threads: threads) { index in
      try Interruption.check()
      defer { each() }
      let picture = try task.picture(indices.lowerBound + index)
      return (EventSequence.grey(picture.pixels[...], levels: task.levels), picture.isConnected ? 1 : 0)
    }
    return try SequenceDataSet(samples.map(\.0), .labels(samples.map(\.1), classes: 2))
  }

  /// The first pictures in a grid, as a PNG file; unconnected ones have a grey frame, connected ones a white one.
  public func preview(rows: Int = 4, columns: Int = 8) throws -> [UInt8] {
    try require("the number of rows", rows, in: 1...100)
    try require("the number of columns", columns, in: 1...100)
    let cell = drawing.size + 4
    let width = columns * cell
    var canvas = [UInt8](repeating: 0, count: rows * cell * width)
    for index in 0..<(rows * columns) {
      let picture = try picture(index)
      let (top, left) = (index / columns * cell, index % columns * cell)
      for row in 1..<(cell - 1) {
        for column in 1..<(cell - 1) {
          let isInside = (2..<(cell - 2)).contains(row) && (2..<(cell - 2)).contains(column)
          canvas[(top + row) * width + left + column] =
            isInside
            ? picture.pixels[(row - 2) * drawing.size + column - 2] : picture.isConnected ? 255 : 96
        }
      }
    }
    return try PNG.encode(grey: canvas, width: width, height: rows * cell)
  }
}

extension EventSequence {
  /// A pixel a step, on the channel of its grey level: ⌊levels · grey / 256⌋.
  static func grey(_ pixels: ArraySlice<UInt8>, levels: Int) -> EventSequence {
    tokens(pixels.map { Int32(Int($0) * levels / 256) }, channels: levels)
  }
}
