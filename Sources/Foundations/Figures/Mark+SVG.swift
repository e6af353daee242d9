extension Mark {
  /// The numbers that an axis without a range has to show; the places of bars come from their names.
  var extent: (x: [Double], y: [Double]) {
    switch shape {
    case .line(let x, let y, let low, let high, _), .scatter(let x, let y, let low, let high):
      return (x, y + (low ?? []) + (high ?? []))
    case .points(let x, let y, _):
      return (x, y)
    case .bar(_, let values, let low, let high):
      return ([], [0] + values + (low ?? []) + (high ?? []))
    case .histogram(let values, let bins):
      let (edges, counts) = Self.counts(values, bins: bins)
      return (edges, [0] + counts.map(Double.init))
    case .heatMap(let values, let columns):
      return ([-0.5, Double(columns) - 0.5], [-0.5, Double(values.count / max(1, columns)) - 0.5])
    case .imageGrid(let pixels, let rows, let columns, let perRow, _):
      let size = ImageGrid(pixels: pixels, rows: rows, columns: columns, perRow: perRow).size
      return ([0, size.width], [0, size.height])
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
    func dots(_ places: [Double], _ values: [Double]) -> [String] {
      zip(places, values).filter { $0.isFinite && $1.isFinite }.map {
        "<circle cx=\"\(SVG.number($0))\" cy=\"\(SVG.number($1))\" r=\"3\" fill=\"\(colour)\"/>"
      }
    }
    // Where bars begin: an axis of logarithms has no 0.
    let base = min(frame.y.place(0), frame.height)
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
      return parts + (Self.showsPoints(of: times) ? dots(x(times), y(values)) : [])
    case .scatter(let times, let values, let low, let high):
      return errors(x(times), low, high) + dots(x(times), y(values))
    case .points(let places, let values, let names):
      return zip(zip(x(places), y(values)), names).map { point, name in
        "<circle cx=\"\(SVG.number(point.0))\" cy=\"\(SVG.number(point.1))\" r=\"5\" fill=\"\(colour)\"><title>\(name.escaped)</title></circle>"
      }
    case .bar(let names, let values, let low, let high):
      // Bars of one name stand side by side.
      let marks = frame.barMarks
      let width = 0.8 * (frame.x.place(1) - frame.x.place(0)) / Double(marks.count)
      let shift = (Double(marks.firstIndex(of: place)!) - Double(marks.count - 1) / 2) * width
      let centres = x(names.map { Double(frame.categories.firstIndex(of: $0)!) }).map { $0 + shift }
      return zip(centres, y(values)).map {
        SVG.rectangle($0 - width / 2, min($1, base), width, abs(base - $1), "fill=\"\(colour)\"")
      } + errors(centres, low, high)
    case .histogram(let values, let bins):
      let (edges, counts) = Self.counts(values, bins: bins)
      return counts.enumerated().map { bin, count in
        let (left, right) = (frame.x.place(edges[bin]), frame.x.place(edges[bin + 1]))
        let top = frame.y.place(Double(count))
        return SVG.rectangle(left, top, right - left - 1, base - top, "fill=\"\(colour)\"")
      }
    case .heatMap(let values, let columns): return heatMap(values, columns, frame)
    case .imageGrid(let pixels, let rows, let columns, let perRow, let captions):
      let grid = ImageGrid(pixels: pixels, rows: rows, columns: columns, perRow: perRow)
      return pictures(grid, captions, frame)
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
        "fill=\"\(Palette.scaled(high > low ? (value - low) / (high - low) : 0))\"")
    }
  }

  private func pictures(_ grid: ImageGrid, _ captions: [String], _ frame: SVGFrame) -> [String] {
    (0..<grid.count).flatMap { picture -> [String] in
      guard let source = grid.source(picture) else { return [] }
      let corner = grid.corner(picture)
      let (left, top) = (frame.x.place(corner.x), frame.y.place(corner.y))
      let (right, bottom) = (
        frame.x.place(corner.x + Double(grid.columns)), frame.y.place(corner.y + Double(grid.rows))
      )
      let image =
        "<image x=\"\(SVG.number(left))\" y=\"\(SVG.number(top))\" width=\"\(SVG.number(right - left))\" height=\"\(SVG.number(bottom - top))\" href=\"\(source)\"/>"
      guard picture < captions.count else { return [image] }
      return [image, SVG.text(captions[picture], x: (left + right) / 2, y: bottom + 12, anchor: "middle")]
    }
  }
}
