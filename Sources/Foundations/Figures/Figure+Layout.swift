import Foundation
import NeuralData

// What a figure looks like however it is drawn: Plotly's document and the SVG picture both go by it.

extension Figure {
  /// The marks that the legend names, the first of each name, by panel and place in it.
  var legend: [(panel: Int, place: Int)] {
    var names = Set<String>()
    var marks: [(panel: Int, place: Int)] = []
    for (index, panel) in panels.enumerated() {
      for (place, mark) in panel.marks.enumerated() where !mark.name.isEmpty {
        switch mark.shape {
        case .heatMap, .imageGrid: continue
        default: if names.insert(mark.name).inserted { marks.append((index, place)) }
        }
      }
    }
    return marks
  }
}

extension Panel {
  /// Whether pictures are shown, without axes around them.
  var isPicture: Bool { marks.contains { if case .imageGrid = $0.shape { true } else { false } } }

  /// The names along the horizontal axis of bars, those of all marks, each once; none without bars.
  var categories: [String] {
    var known = Set<String>()
    return marks.flatMap { mark -> [String] in
      if case .bar(let names, _, _, _) = mark.shape { names } else { [] }
    }.filter { known.insert($0).inserted }
  }

  /// Whether the horizontal axis counts a few whole things, such as epochs, so that ticks between them would mislead.
  var countsAFew: Bool {
    guard x.scale == .linear else { return false }
    var (low, high) = (Double.infinity, -Double.infinity)
    for mark in marks {
      let places: [Double]
      switch mark.shape {
      case .line(let x, _, _, _, _), .scatter(let x, _, _, _): places = x
      default: return false
      }
      for x in places {
        guard x == x.rounded() else { return false }
        (low, high) = (min(low, x), max(high, x))
      }
    }
    return high > low && high - low <= 12
  }
}

extension Axis {
  /// Where a number lies along the axis: the number, or its decimal logarithm.
  func position(_ value: Double) -> Double { scale == .log ? log10(value) : value }
}

extension Mark {
  /// Whether a line shows its points too: they are few, and a line through one of them would be nothing.
  static func showsPoints(of line: [Double]) -> Bool { line.count <= 30 }

  /// How many values fall in each of equal bins, and the bins' edges.
  static func counts(_ values: [Double], bins: Int) -> (edges: [Double], counts: [Int]) {
    let (known, bins) = (values.filter(\.isFinite), max(1, bins))
    guard let low = known.min(), let high = known.max() else { return ([0, 1], [0]) }
    let share = (high - low) / Double(bins)
    let width = share.isNormal ? share : 1
    var counts = [Int](repeating: 0, count: bins)
    for value in known { counts[Int(min(Double(bins - 1), (value - low) / width))] += 1 }
    return ((0...bins).map { low + Double($0) * width }, counts)
  }
}

/// The pictures of ``Mark/Shape/imageGrid(pixels:rows:columns:perRow:captions:)``; lengths in their pixels.
struct ImageGrid {
  let pixels: [UInt8]
  let rows, columns, perRow: Int

  /// Pictures of the grid.
  var count: Int { rows * columns > 0 ? pixels.count / (rows * columns) : 0 }
  /// From one picture's corner to the next one's: there is room for a caption below each.
  private var step: (x: Int, y: Int) { (columns + 3, rows + 6) }

  /// Width and height of the whole grid.
  var size: (width: Double, height: Double) {
    let deep = (count + perRow - 1) / max(1, perRow)
    return (Double(min(count, perRow) * step.x), Double(deep * step.y))
  }

  /// The upper left corner of a picture.
  func corner(_ picture: Int) -> (x: Double, y: Double) {
    (Double(picture % perRow * step.x), Double(picture / perRow * step.y))
  }

  /// A picture as a PNG file in a `data:` address; `nil` when it cannot be one.
  func source(_ picture: Int) -> String? {
    let part = Array(pixels[(picture * rows * columns)..<((picture + 1) * rows * columns)])
    guard let png = try? PNG.encode(grey: part, width: columns, height: rows) else { return nil }
    return "data:image/png;base64," + Data(png).base64EncodedString()
  }
}

extension Palette {
  /// Colours from dark blue over green to yellow (viridis), for equally spaced numbers.
  static let scale: [(red: Double, green: Double, blue: Double)] = [
    (68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37),
  ]

  /// The colour of the scale for 0 … 1.
  static func scaled(_ share: Double) -> String {
    let place = min(max(share, 0), 1) * Double(scale.count - 1)
    let index = min(Int(place), scale.count - 2)
    let (part, low, high) = (place - Double(index), scale[index], scale[index + 1])
    func mix(_ a: Double, _ b: Double) -> Int { Int((a + (b - a) * part).rounded()) }
    return "rgb(\(mix(low.red, high.red)),\(mix(low.green, high.green)),\(mix(low.blue, high.blue)))"
  }
}
