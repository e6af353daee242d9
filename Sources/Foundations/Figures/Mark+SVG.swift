import Foundation
import NeuralData

extension Mark {
  /// The numbers that an axis without a range has to show.
  var extent: (x: [Double], y: [Double]) {
    switch shape {
    case .line(let x, let y, let low, let high, _), .scatter(let x, let y, let low, let high):
      return (x, y + (low ?? []) + (high ?? []))
    case .points(let x, let y, _):
      return (x, y)
    case .bar(let names, let values, let low, let high):
      return ([-0.5, Double(names.count) - 0.5], [0] + values + (low ?? []) + (high ?? []))
    case .histogram(let values, let bins):
      let (edges, counts) = Self.counts(values, bins: bins)
      return (edges, [0] + counts.map(Double.init))
    case .heatMap(let values, let columns):
      return ([-0.5, Double(columns) - 0.5], [-0.5, Double(values.count / max(1, columns)) - 0.5])
    case .imageGrid(let pixels, let rows, let columns, let perRow, _):
      let count = rows * columns > 0 ? pixels.count / (rows * columns) : 0
      let deep = (count + perRow - 1) / max(1, perRow)
      return ([0, Double(min(count, perRow) * (columns + 3))], [0, Double(deep * (rows + 6))])
    case .raster(let times):
      return (times.flatMap { $0 }, [-0.5, max(0.5, Double(times.count) - 0.5)])
    }
  }

  /// The mark inside a frame, in pixels from the axes' corner.
  func drawing(in frame: SVGFrame, place: Int) -> [String] {
    let colour = Palette.css(self.colour ?? place)
    func x(_ values: [Double]) -> [Double] { values.map(frame.x.place) }
    func y(_ values: [Double]) -> [Double] { values.map(frame.y.place) }
    func errors(_ at: [Double], _ low: [Double]?, _ high: [Double]?) -> [String] {
      guard let low, let high else { return [] }
      return zip(at, zip(y(low), y(high))).map { SVG.line($0, $1.0, $0, $1.1, "stroke=\"\(colour)\"") }
    }
    switch shape {
    case .line(let times, let values, let low, let high, let isDashed):
      var parts: [String] = []
      if let low, let high {
        let points = SVG.points(x(times) + x(times).reversed(), y(high) + y(low).reversed())
        parts.append("<polygon points=\"\(points)\" fill=\"\(colour)\" fill-opacity=\"0.18\"/>")
      }
      let dash = isDashed ? " stroke-dasharray=\"6 4\"" : ""
      // A line has a gap where a number is missing, as in Plotly.
      for run in zip(x(times), y(values)).split(whereSeparator: { !$0.isFinite || !$1.isFinite }) {
        parts.append(
          "<polyline points=\"\(SVG.points(run.map(\.0), run.map(\.1)))\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.8\"\(dash)/>"
        )
      }
      return parts
    case .scatter(let times, let values, let low, let high):
      return errors(x(times), low, high)
        + zip(x(times), y(values)).filter { $0.isFinite && $1.isFinite }.map {
          "<circle cx=\"\(SVG.number($0))\" cy=\"\(SVG.number($1))\" r=\"3\" fill=\"\(colour)\"/>"
        }
    case .points(let places, let values, let names):
      return zip(zip(x(places), y(values)), names).map { point, name in
        "<circle cx=\"\(SVG.number(point.0))\" cy=\"\(SVG.number(point.1))\" r=\"5\" fill=\"\(colour)\"><title>\(name.escaped)</title></circle>"
      }
    case .bar(let names, let values, let low, let high):
      let centres = x(names.indices.map(Double.init))
      let width = 0.7 * (frame.x.place(1) - frame.x.place(0))
      let base = frame.y.place(0)
      return zip(centres, y(values)).map {
        SVG.rectangle($0 - width / 2, min($1, base), width, abs(base - $1), "fill=\"\(colour)\"")
      } + errors(centres, low, high)
    case .histogram(let values, let bins):
      let (edges, counts) = Self.counts(values, bins: bins)
      return counts.enumerated().map { bin, count in
        let (left, right) = (frame.x.place(edges[bin]), frame.x.place(edges[bin + 1]))
        let top = frame.y.place(Double(count))
        return SVG.rectangle(left, top, right - left - 1, frame.y.place(0) - top, "fill=\"\(colour)\"")
      }
    case .heatMap(let values, let columns): return heatMap(values, columns, frame)
    case .imageGrid(let pixels, let rows, let columns, let perRow, let captions):
      return pictures(pixels, rows, columns, perRow, captions, frame)
    case .raster(let times):
      // One path for all ticks keeps long recordings small.
      let half = 0.42 * abs(frame.y.place(1) - frame.y.place(0))
      let path = times.enumerated().flatMap { row, events in
        events.map {
          "M\(SVG.number(frame.x.place($0))) \(SVG.number(frame.y.place(Double(row)) - half))v\(SVG.number(2 * half))"
        }
      }
      return ["<path d=\"\(path.joined())\" stroke=\"\(colour)\" stroke-width=\"1.6\" fill=\"none\"/>"]
    }
  }

  private func heatMap(_ values: [Double], _ columns: Int, _ frame: SVGFrame) -> [String] {
    let known = values.filter(\.isFinite)
    guard let low = known.min(), let high = known.max() else { return [] }
    return values.enumerated().filter { $0.element.isFinite }.map { place, value in
      let (row, column) = (Double(place / columns), Double(place % columns))
      let (left, right) = (frame.x.place(column - 0.5), frame.x.place(column + 0.5))
      let edges = [frame.y.place(row - 0.5), frame.y.place(row + 0.5)].sorted()
      return SVG.rectangle(
        left, edges[0], right - left + 0.3, edges[1] - edges[0] + 0.3,
        "fill=\"\(Palette.viridis(high > low ? (value - low) / (high - low) : 0))\"")
    }
  }

  private func pictures(
    _ pixels: [UInt8], _ rows: Int, _ columns: Int, _ perRow: Int, _ captions: [String], _ frame: SVGFrame
  ) -> [String] {
    let count = rows * columns > 0 ? pixels.count / (rows * columns) : 0
    var parts: [String] = []
    for image in 0..<count {
      let part = Array(pixels[(image * rows * columns)..<((image + 1) * rows * columns)])
      guard let png = try? PNG.encode(grey: part, width: columns, height: rows) else { continue }
      let corner = (x: Double(image % perRow * (columns + 3)), y: Double(image / perRow * (rows + 6)))
      let (left, top) = (frame.x.place(corner.x), frame.y.place(corner.y))
      let (right, bottom) = (
        frame.x.place(corner.x + Double(columns)), frame.y.place(corner.y + Double(rows))
      )
      parts.append(
        "<image x=\"\(SVG.number(left))\" y=\"\(SVG.number(top))\" width=\"\(SVG.number(right - left))\" height=\"\(SVG.number(bottom - top))\" href=\"data:image/png;base64,\(Data(png).base64EncodedString())\"/>"
      )
      if image < captions.count {
        parts.append(SVG.text(captions[image], x: (left + right) / 2, y: bottom + 12, anchor: "middle"))
      }
    }
    return parts
  }

  /// How many values fall in each of equal bins, and the bins' edges.
  private static func counts(_ values: [Double], bins: Int) -> (edges: [Double], counts: [Int]) {
    let (known, bins) = (values.filter(\.isFinite), max(1, bins))
    guard let low = known.min(), let high = known.max() else { return ([0, 1], [0]) }
    let width = high > low && (high - low).isFinite ? (high - low) / Double(bins) : 1
    var counts = [Int](repeating: 0, count: bins)
    for value in known { counts[Int(min(Double(bins - 1), (value - low) / width))] += 1 }
    return ((0...bins).map { low + Double($0) * width }, counts)
  }
}

extension Palette {
  /// Colours from dark blue over green to yellow, as bright as their number, for 0 … 1.
  static func viridis(_ share: Double) -> String {
    let stops: [(Double, Double, Double)] = [
      (68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37),
    ]
    let place = min(max(share, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    let (part, low, high) = (place - Double(index), stops[index], stops[index + 1])
    func mix(_ a: Double, _ b: Double) -> Int { Int((a + (b - a) * part).rounded()) }
    return "rgb(\(mix(low.0, high.0)),\(mix(low.1, high.1)),\(mix(low.2, high.2)))"
  }
}
