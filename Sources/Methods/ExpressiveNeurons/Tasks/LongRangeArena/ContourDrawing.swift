import Foundation
import Probability

/// How pictures of dashed contours are drawn (Linsley et al., *Learning long-range spatial dependencies with horizontal
/// gated recurrent units*, 2018; Kim et al., *Disentangling neural mechanisms for perceptual grouping*, 2020).
///
/// Two long contours begin a fixed distance from each other; one disc marks the beginning of one of them, another the end
/// of the same or of the other. Short contours distract. A contour is a chain of dashes; between two dashes lies a joint, a
/// gap away from either, at which the direction turns by Δ with weight cos²(min(continuity · |Δ|, π/2)). Dashes of
/// different contours, and those of one contour that do not follow each other, keep two gaps apart.
public struct ContourDrawing: Sendable, Hashable, Codable {
  /// Rows and columns.
  public var size: Int
  /// Dashes of each of the two long contours.
  public var contourLength: Int
  /// Dashes of each short one.
  public var distractorLength: Int
  /// Number of short ones; those that find no room are left out.
  public var distractors: Int
  /// Length of a dash in pixels.
  public var dashLength: Double
  /// Its width in pixels.
  public var thickness: Double
  /// Gaps between a dash and a joint in pixels; each picture draws one of them.
  public var gaps: [Double]
  /// How straight contours run: 1 lets them turn by up to 90°, 1.8 by up to 50°.
  public var continuity: Double
  /// Distance of the two beginnings in pixels.
  public var beginningDistance: Double
  /// Radius of the discs in pixels.
  public var discRadius: Double
  /// Pixels along the border that are left empty.
  public var border: Double
  /// Brightness of a fully covered pixel of the long contours; 1 is white, and more is cut.
  public var contourBrightness: Double
  /// Brightness of the distractors.
  public var distractorBrightness: Double

  /// Pathfinder of the Long Range Arena: 32 × 32 pixels, contours of 14 dashes, five distractors of 4.
  public static let pathfinder = ContourDrawing(
    size: 32, contourLength: 14, distractorLength: 4, distractors: 5, dashLength: 2, thickness: 0.5,
    gaps: [1], continuity: 1, beginningDistance: 7, discRadius: 1.5, border: 1, contourBrightness: 1.5,
    distractorBrightness: 2)

  /// Pathfinder-X of the Long Range Arena: 128 × 128 pixels, contours of 14 dashes, eight distractors of 4.
  public static let pathfinderX = ContourDrawing(
    size: 128, contourLength: 14, distractorLength: 4, distractors: 8, dashLength: 5, thickness: 1.5,
    gaps: [2, 3], continuity: 1.8, beginningDistance: 20, discRadius: 3, border: 1, contourBrightness: 0.9,
    distractorBrightness: 0.9)

  /// Throws unless such pictures can be drawn.
  func validate() throws(ExpressiveNeuronError) {
    try require("the size of the picture", size, in: 8...4096)
    try require("the length of the contours", contourLength, in: 1...1000)
    try require("the length of the distractors", distractorLength, in: 1...1000)
    try require("the number of distractors", distractors, in: 0...10_000)
    for (name, value) in [
      ("the length of a dash", dashLength), ("the thickness", thickness), ("the continuity", continuity),
      ("the distance of the beginnings", beginningDistance), ("the radius of the discs", discRadius),
      ("the brightness of the contours", contourBrightness),
      ("the brightness of the distractors", distractorBrightness),
    ] { try requirePositive(name, value) }
    guard !gaps.isEmpty else {
      throw .inconsistent("there is no gap to draw with, but at least one is needed")
    }
    for gap in gaps { try requirePositive("the gap", gap) }
    try require("the border", border, in: 0...(Double(size) / 2))
  }

  /// A straight stroke, in pixels; x runs along columns and y along rows, from the picture's corner.
  public struct Dash: Sendable, Hashable {
    /// Where it begins.
    public var start: SIMD2<Double>
    /// Where it ends.
    public var end: SIMD2<Double>

    /// The least distance of two strokes.
    func distance(to other: Dash) -> Double {
      if crosses(other) { return 0 }
      return min(
        distance(to: other.start), distance(to: other.end), other.distance(to: start), other.distance(to: end)
      )
    }
    func distance(to point: SIMD2<Double>) -> Double {
      let along = end - start
      let place = max(0, min(1, ((point - start) * along).sum() / (along * along).sum()))
      return length(start + place * along - point)
    }
    private func crosses(_ other: Dash) -> Bool {
      func side(_ a: SIMD2<Double>, _ b: SIMD2<Double>, _ c: SIMD2<Double>) -> Double {
        (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
      }
      return side(start, end, other.start) * side(start, end, other.end) < 0
        && side(other.start, other.end, start) * side(other.start, other.end, end) < 0
    }
  }

  /// A picture and what is on it.
  public struct Picture: Sendable, Hashable {
    /// Grey levels, `[row, column]`.
    public var pixels: [UInt8]
    /// Whether the discs mark one contour's two ends.
    public var isConnected: Bool
    /// The two long contours, then the distractors.
    public var contours: [[Dash]]
    /// Centres of the discs: the beginning, the end.
    public var discs: [SIMD2<Double>]
  }

  /// Draws a picture; `nil` when twenty thousand pairs of contours found no room.
  func draw(_ stream: inout RandomStream) -> Picture? {
    let gap = gaps[stream.integer(below: gaps.count)]
    for _ in 0..<20_000 {
      guard var contours = pair(gap: gap, &stream) else { continue }
      for _ in 0..<distractors {
        // As published, a distractor is tried five times.
        for _ in 0..<5 {
          if let contour = distractor(beside: contours, gap: gap, &stream) {
            contours.append(contour)
            break
          }
        }
      }
      let first = stream.integer(below: 2)
      let isConnected = stream.integer(below: 2) == 1
      let discs = [contours[first][0].start, contours[isConnected ? first : 1 - first].last!.end]
      return Picture(
        pixels: render(contours, discs: discs), isConnected: isConnected, contours: contours, discs: discs)
    }
    return nil
  }

  private func pair(gap: Double, _ stream: inout RandomStream) -> [[Dash]]? {
    let reach = beginningDistance
    func seed(_ start: SIMD2<Double>, _ stream: inout RandomStream) -> Dash {
      Dash(start: start, end: start + dashLength * direction(2 * Double.pi * stream.uniform()))
    }
    func somewhere(_ stream: inout RandomStream) -> Double {
      let low = min(border + reach, Double(size) / 2)
      return low + (Double(size) - 2 * low) * stream.uniform()
    }
    let beginning = SIMD2(somewhere(&stream), somewhere(&stream))
    var contours = [[seed(beginning, &stream)]]
    contours.append([seed(beginning + reach * direction(2 * Double.pi * stream.uniform()), &stream)])
    guard contours.allSatisfy({ isInside($0[0]) }),
      contours[0][0].distance(to: contours[1][0]) >= 2 * gap
    else { return nil }
    for _ in 1..<max(1, contourLength) {
      for which in 0..<2 {
        guard
          let dash = next(
            after: contours[which], beside: contours.prefix(which) + contours.dropFirst(which + 1), gap: gap,
            &stream)
        else { return nil }
        contours[which].append(dash)
      }
    }
    return contours
  }

  private func distractor(beside others: [[Dash]], gap: Double, _ stream: inout RandomStream) -> [Dash]? {
    let start = SIMD2(Double(size) * stream.uniform(), Double(size) * stream.uniform())
    var contour = [
      Dash(start: start, end: start + dashLength * direction(2 * Double.pi * stream.uniform()))
    ]
    guard isFree(contour[0], of: others[...], gap: gap) else { return nil }
    while contour.count < distractorLength {
      guard let dash = next(after: contour, beside: others[...], gap: gap, &stream) else { return nil }
      contour.append(dash)
    }
    return contour
  }

  /// A dash that continues a contour; `nil` when forty turns led into something.
  private func next(
    after contour: [Dash], beside others: ArraySlice<[Dash]>, gap: Double, _ stream: inout RandomStream
  ) -> Dash? {
    let last = contour.last!
    let heading = atan2(last.end.y - last.start.y, last.end.x - last.start.x)
    let joint = last.end + gap * direction(heading)
    let widest = min(Double.pi, Double.pi / 2 / continuity)
    for _ in 0..<40 {
      var turn = 0.0
      repeat {
        turn = widest * (2 * stream.uniform() - 1)
      } while stream.uniform() > pow(cos(min(continuity * abs(turn), Double.pi / 2)), 2)
      let ahead = direction(heading + turn)
      let dash = Dash(start: joint + gap * ahead, end: joint + (gap + dashLength) * ahead)
      if isFree(dash, of: others, gap: gap),
        contour.dropLast().allSatisfy({ $0.distance(to: dash) >= 2 * gap })
      {
        return dash
      }
    }
    return nil
  }

  private func isInside(_ dash: Dash) -> Bool {
    let low = border
    let high = Double(size) - border
    return [dash.start.x, dash.start.y, dash.end.x, dash.end.y].allSatisfy { $0 >= low && $0 <= high }
  }
  private func isFree(_ dash: Dash, of others: ArraySlice<[Dash]>, gap: Double) -> Bool {
    isInside(dash) && others.allSatisfy { $0.allSatisfy { $0.distance(to: dash) >= 2 * gap } }
  }

  /// Grey levels: the share of each pixel that is covered, of 4 × 4 points, times the brightness.
  private func render(_ contours: [[Dash]], discs: [SIMD2<Double>]) -> [UInt8] {
    var light = [Double](repeating: 0, count: size * size)
    func paint(
      _ low: SIMD2<Double>, _ high: SIMD2<Double>, _ brightness: Double, _ covers: (SIMD2<Double>) -> Bool
    ) {
      for row in max(0, Int(low.y))..<min(size, Int(high.y) + 1) {
        for column in max(0, Int(low.x))..<min(size, Int(high.x) + 1) {
          var points = 0
          for part in 0..<16 {
            let inside = SIMD2(Double(part % 4) + 0.5, Double(part / 4) + 0.5) / 4
            if covers(SIMD2(Double(column), Double(row)) + inside) { points += 1 }
          }
          light[row * size + column] = max(light[row * size + column], brightness * Double(points) / 16)
        }
      }
    }
    for (index, contour) in contours.enumerated() {
      for dash in contour {
        let (a, b) = (dash.start, dash.end)
        let margin = SIMD2(repeating: thickness)
        paint(
          SIMD2(min(a.x, b.x), min(a.y, b.y)) - margin, SIMD2(max(a.x, b.x), max(a.y, b.y)) + margin,
          index < 2 ? contourBrightness : distractorBrightness
        ) { dash.distance(to: $0) <= thickness / 2 }
      }
    }
    for disc in discs {
      let margin = SIMD2(repeating: discRadius)
      paint(disc - margin, disc + margin, 1) { length($0 - disc) <= discRadius }
    }
    return light.map { UInt8((255 * min(1, $0)).rounded()) }
  }
}

private func direction(_ angle: Double) -> SIMD2<Double> { SIMD2(cos(angle), sin(angle)) }
private func length(_ vector: SIMD2<Double>) -> Double { (vector * vector).sum().squareRoot() }
