import Foundation
import NeuralData
import Probability

/// How a place looks on one drive.
public struct ViewingCondition: Sendable, Hashable, Codable {
  /// What it is called; names the chance in it.
  public var name: String
  /// Brightness is multiplied by this.
  public var gain: Double
  /// Brightness from 0 to 1 is raised to this power.
  public var gamma: Double
  /// The share of the scene that the season replaces.
  public var season: Double
  /// Standard deviation of the noise of each pixel, in grey levels.
  public var noise: Double
  /// Standard deviation of the camera's shift, in pixels.
  public var viewpoint: Double

  /// A condition.
  public init(
    _ name: String, gain: Double = 1, gamma: Double = 1, season: Double = 0, noise: Double = 0,
    viewpoint: Double = 0
  ) {
    (self.name, self.gain, self.gamma) = (name, gain, gamma)
    (self.season, self.noise, self.viewpoint) = (season, noise, viewpoint)
  }

  /// Conditions by name.
  public static let presets = [
    ViewingCondition("spring", noise: 2),
    ViewingCondition("summer", gain: 1.1, gamma: 0.9, season: 0.15, noise: 3, viewpoint: 1),
    ViewingCondition("fall", gain: 0.9, gamma: 1.1, season: 0.2, noise: 3, viewpoint: 1),
    ViewingCondition("winter", gain: 1.2, gamma: 0.7, season: 0.5, noise: 4, viewpoint: 1),
    ViewingCondition("dusk", gain: 0.5, gamma: 1.6, season: 0.1, noise: 6, viewpoint: 2),
  ]
}

/// A route to drive along: views of places under any condition, drawn from a seed.
public struct SyntheticRoute: Sendable {
  /// What the camera sees.
  public enum Scenery: Sendable {
    /// Smooth random textures.
    case textures
    /// Windows cut out of photographs, row by row.
    case photographs([RasterImage])
  }

  /// The number of places.
  public let places: Int
  /// Height of a view in pixels.
  public let rows: Int
  /// Width of a view in pixels.
  public let columns: Int
  /// The share of a view that is new at the next place.
  public let spacing: Double
  /// Fixes the textures, the seasons and the noise.
  public let seed: UInt64
  private let scenery: Scenery
  /// Grey photographs, and the photograph, column and row at which each place's window begins.
  private let photographs: [RasterImage]
  private let windows: [(photograph: Int, x: Int, y: Int)]

  /// Room around a window for the camera's shift, in pixels.
  private static let margin = 6

  /// A route.
  ///
  /// - Throws: ``PlaceRecognitionError`` for sizes that make no sense, or photographs that are too small for so many
  ///   places.
  public init(
    places: Int, rows: Int = 64, columns: Int = 96, spacing: Double = 1, seed: UInt64,
    scenery: Scenery = .textures
  ) throws(PlaceRecognitionError) {
    for (name, value, most) in [
      ("places", places, 1_000_000), ("rows", rows, 4096), ("columns", columns, 4096),
    ]
    where !(1...most).contains(value) {
      throw .outOfRange(name: name, value: "\(value)", allowed: "1 to \(most)")
    }
    guard spacing > 0, spacing <= 10 else {
      throw .outOfRange(name: "spacing", value: "\(spacing)", allowed: "greater than 0, up to 10 views")
    }
    (self.places, self.rows, self.columns) = (places, rows, columns)
    (self.spacing, self.seed, self.scenery) = (spacing, seed, scenery)
    guard case .photographs(let pictures) = scenery else {
      photographs = []
      windows = []
      return
    }
    photographs = pictures.map { $0.grey() }
    var windows: [(photograph: Int, x: Int, y: Int)] = []
    for (index, picture) in photographs.enumerated() {
      let step = (x: max(1, Int(Double(columns) * spacing)), y: max(1, Int(Double(rows) * spacing)))
      for y in stride(from: Self.margin, through: picture.height - rows - Self.margin, by: step.y) {
        for x in stride(from: Self.margin, through: picture.width - columns - Self.margin, by: step.x) {
          windows.append((index, x, y))
        }
      }
    }
    guard windows.count >= places else {
      throw .outOfRange(
        name: "places", value: "\(places)",
        allowed:
          "at most \(windows.count): the photographs hold no more windows of \(columns) × \(rows) pixels at this spacing"
      )
    }
    self.windows = windows
  }

  /// What the camera sees at a place.
  public func view(_ place: Int, _ condition: ViewingCondition) -> GreyImage {
    var chance = RandomStream(seed: seed, "route view " + condition.name, place)
    let shift = (
      x: chance.normal(standardDeviation: condition.viewpoint),
      y: chance.normal(standardDeviation: condition.viewpoint)
    )
    let start = Double(place) * Double(columns) * spacing
    var pixels: [UInt8] = []
    pixels.reserveCapacity(rows * columns)
    let base = Texture(seed: seed, name: "route scene")
    let season = Texture(seed: seed, name: "route season " + condition.name)
    for row in 0..<rows {
      for column in 0..<columns {
        let (x, y) = (Double(column) + shift.x, Double(row) + shift.y)
        let scene = windows.isEmpty ? base.value(start + x, y) : photograph(place, x, y)
        let changed =
          condition.season > 0
          ? (1 - condition.season) * scene + condition.season * season.value(start + x, y) : scene
        let lit = pow(min(max(changed, 0), 1), condition.gamma) * condition.gain * 255
        let noisy = lit + chance.normal(standardDeviation: condition.noise)
        pixels.append(UInt8(min(max(noisy.rounded(), 0), 255)))
      }
    }
    return GreyImage(rows: rows, columns: columns, pixels: pixels)
  }

  /// Brightness 0 … 1 of a photograph at a place's window, between pixels by bilinear interpolation.
  private func photograph(_ place: Int, _ x: Double, _ y: Double) -> Double {
    let window = windows[place]
    let picture = photographs[window.photograph]
    func clamped(_ value: Double, _ limit: Int) -> Double { min(max(value, 0), Double(limit - 1)) }
    let (fx, fy) = (
      clamped(Double(window.x) + x, picture.width), clamped(Double(window.y) + y, picture.height)
    )
    let (x0, y0) = (Int(fx), Int(fy))
    let (x1, y1) = (min(x0 + 1, picture.width - 1), min(y0 + 1, picture.height - 1))
    let (tx, ty) = (fx - Double(x0), fy - Double(y0))
    func pixel(_ x: Int, _ y: Int) -> Double { Double(picture.pixels[y * picture.width + x]) }
    let above = pixel(x0, y0) * (1 - tx) + pixel(x1, y0) * tx
    let below = pixel(x0, y1) * (1 - tx) + pixel(x1, y1) * tx
    return (above * (1 - ty) + below * ty) / 255
  }
}

/// Smooth noise on the plane: four octaves of values at lattice points, blended between them.
private struct Texture {
  var seed: UInt64
  var name: String
  private static let octaves: [(wave: Double, weight: Double)] = [
    (40, 0.4), (20, 0.28), (10, 0.2), (5, 0.12),
  ]

  init(seed: UInt64, name: String) {
    (self.seed, self.name) = (seed, name)
    cache = Cache()
  }

  /// Brightness 0 … 1.
  func value(_ x: Double, _ y: Double) -> Double {
    var sum = 0.0
    for (octave, (wave, weight)) in Self.octaves.enumerated() {
      let (fx, fy) = (x / wave, y / wave)
      let (x0, y0) = (Int(fx.rounded(.down)), Int(fy.rounded(.down)))
      func smooth(_ t: Double) -> Double { t * t * (3 - 2 * t) }
      let (tx, ty) = (smooth(fx - Double(x0)), smooth(fy - Double(y0)))
      let above = lattice(octave, x0, y0) * (1 - tx) + lattice(octave, x0 + 1, y0) * tx
      let below = lattice(octave, x0, y0 + 1) * (1 - tx) + lattice(octave, x0 + 1, y0 + 1) * tx
      sum += weight * (above * (1 - ty) + below * ty)
    }
    // Sums of uniform numbers crowd about the middle: spread them.
    return min(max(0.5 + 1.8 * (sum - 0.5), 0), 1)
  }

  private func lattice(_ octave: Int, _ x: Int, _ y: Int) -> Double {
    let point = Point(octave: octave, x: x, y: y)
    if let known = cache.values[point] { return known }
    var stream = RandomStream(seed: seed, name, octave, x, y)
    let value = stream.uniform()
    cache.values[point] = value
    return value
  }

  private struct Point: Hashable { var octave, x, y: Int }
  private final class Cache { var values: [Point: Double] = [:] }
  private let cache: Cache
}
