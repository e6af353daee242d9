import Foundation

/// A JSON value in the making; NaN and infinities become null.
indirect enum JSON {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case array([JSON])
  case object([(String, JSON)])

  static func numbers(_ values: [Double]) -> JSON { .array(values.map { .number($0) }) }

  /// Text that may stand inside a script element.
  var text: String {
    switch self {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .number(let value):
      if !value.isFinite { return "null" }
      return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    case .text(let value):
      var result = "\""
      for scalar in value.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "<", ">", "&", "\u{2028}", "\u{2029}": result += String(format: "\\u%04x", scalar.value)
        default:
          if scalar.value < 0x20 {
            result += String(format: "\\u%04x", scalar.value)
          } else {
            result.unicodeScalars.append(scalar)
          }
        }
      }
      return result + "\""
    case .array(let values): return "[" + values.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      return "{" + members.map { "\(JSON.text($0.0).text):\($0.1.text)" }.joined(separator: ",") + "}"
    }
  }
}

extension Figure {
  /// The figure as Plotly's data and layout.
  var document: JSON {
    var traces: [JSON] = []
    var layout: [(String, JSON)] = []
    var annotations: [JSON] = []
    let rows = (panels.count + columns - 1) / columns
    let legend = legend
    for (index, panel) in panels.enumerated() {
      let suffix = index == 0 ? "" : "\(index + 1)"
      let (row, column) = (index / columns, index % columns)
      let gap = columns > 1 ? 0.09 : 0
      let width = (1 - gap * Double(columns - 1)) / Double(columns)
      let left = Double(column) * (width + gap)
      let gapRows = rows > 1 ? 0.42 / Double(rows) : 0
      let height = (1 - gapRows * Double(rows - 1)) / Double(rows)
      let top = 1 - Double(row) * (height + gapRows)
      let isPicture = panel.isPicture
      for (name, axis, domain) in [
        ("xaxis", panel.x, (left, left + width)), ("yaxis", panel.y, (max(0, top - height), top)),
      ] {
        var members: [(String, JSON)] = [
          ("title", .object([("text", .text(axis.title))])),
          ("type", .text(axis.scale == .log ? "log" : "linear")),
          ("domain", .numbers([domain.0, domain.1])),
          ("anchor", .text((name == "xaxis" ? "y" : "x") + suffix)),
          ("automargin", .bool(true)), ("zeroline", .bool(false)),
        ]
        if axis.scale == .log { members.append(("exponentformat", .text("power"))) }
        if name == "xaxis", panel.countsAFew { members.append(("dtick", .number(1))) }
        if let range = axis.range {
          let ends = [range.lowerBound, range.upperBound].map(axis.position)
          members.append(("range", .numbers(ends)))
        }
        if isPicture {
          members += [("visible", .bool(false))]
          if name == "yaxis" {
            members += [("autorange", .text("reversed")), ("scaleanchor", .text("x" + suffix))]
          }
        } else if name == "xaxis", !panel.categories.isEmpty {
          members[1] = ("type", .text("category"))
        }
        layout.append((name + suffix, .object(members)))
      }
      if !panel.title.isEmpty {
        annotations.append(
          .object([
            ("text", .text(panel.title)), ("xref", .text("paper")), ("yref", .text("paper")),
            ("x", .number(left + width / 2)),
            ("y", .number(top)), ("yanchor", .text("bottom")), ("showarrow", .bool(false)),
          ]))
      }
      for (place, mark) in panel.marks.enumerated() {
        traces += mark.traces(
          axes: suffix, colour: mark.colour ?? place,
          showsLegend: legend.contains { $0 == (index, place) })
      }
    }
    layout += [
      ("annotations", .array(annotations)), ("height", .number(Double(max(rows, 1)) * 340 + 60)),
      ("barmode", .text("group")),
      ("margin", .object([("l", .number(70)), ("r", .number(20)), ("t", .number(30)), ("b", .number(60))])),
      ("legend", .object([("orientation", .text("h")), ("y", .number(-0.22 / Double(rows)))])),
      ("hovermode", .text("closest")),
    ]
    return .object([("data", .array(traces)), ("layout", .object(layout))])
  }
}

extension Mark {
  fileprivate func traces(axes: String, colour: Int, showsLegend: Bool) -> [JSON] {
    func trace(_ kind: String, _ members: [(String, JSON)], legend: Bool = true) -> JSON {
      .object(
        [
          ("type", .text(kind)), ("name", .text(name)), ("legendgroup", .text(name)),
          ("showlegend", .bool(legend && showsLegend)), ("xaxis", .text("x" + axes)),
          ("yaxis", .text("y" + axes)),
        ] + members)
    }
    func errors(_ values: [Double], _ low: [Double]?, _ high: [Double]?) -> [(String, JSON)] {
      guard let low, let high else { return [] }
      return [
        (
          "error_y",
          .object([
            ("type", .text("data")), ("symmetric", .bool(false)),
            ("array", .numbers(zip(high, values).map { $0 - $1 })),
            ("arrayminus", .numbers(zip(values, low).map { $0 - $1 })), ("thickness", .number(1.2)),
          ])
        )
      ]
    }
    let paint = JSON.text(Palette.css(colour))
    switch shape {
    case .line(let x, let y, let low, let high, let isDashed):
      let line = JSON.object([
        ("color", paint), ("width", .number(2)), ("dash", .text(isDashed ? "dash" : "solid")),
      ])
      let kind = x.count > 5000 ? "scattergl" : "scatter"
      var result: [JSON] = []
      if let low, let high {
        result.append(
          trace(
            "scatter",
            [
              ("x", .numbers(x + x.reversed())), ("y", .numbers(high + low.reversed())),
              ("fill", .text("toself")), ("mode", .text("lines")),
              ("fillcolor", .text(Palette.css(colour, alpha: 0.18))),
              ("line", .object([("width", .number(0))])), ("hoverinfo", .text("skip")),
            ], legend: false))
      }
      result.append(
        trace(
          kind,
          [
            ("x", .numbers(x)), ("y", .numbers(y)),
            ("mode", .text(Self.showsPoints(of: x) ? "lines+markers" : "lines")), ("line", line),
          ]))
      return result
    case .scatter(let x, let y, let low, let high):
      return [
        trace(
          x.count > 5000 ? "scattergl" : "scatter",
          [
            ("x", .numbers(x)), ("y", .numbers(y)), ("mode", .text("markers")),
            ("marker", .object([("color", paint), ("size", .number(6))])),
          ]
            + errors(y, low, high))
      ]
    case .points(let x, let y, let names):
      return [
        trace(
          "scatter",
          [
            ("x", .numbers(x)), ("y", .numbers(y)), ("mode", .text("markers")),
            ("text", .array(names.map { .text($0) })), ("hoverinfo", .text("text")),
            ("marker", .object([("color", paint), ("size", .number(11))])),
          ])
      ]
    case .bar(let names, let values, let low, let high):
      return [
        trace(
          "bar",
          [
            ("x", .array(names.map { .text($0) })), ("y", .numbers(values)),
            ("marker", .object([("color", paint)])),
          ] + errors(values, low, high))
      ]
    case .histogram(let values, let bins):
      let (edges, counts) = Self.counts(values, bins: bins)
      return [
        trace(
          "bar",
          [
            ("x", .numbers(Array(edges.dropLast()))), ("y", .numbers(counts.map(Double.init))),
            ("offset", .number(0)), ("width", .number(edges[1] - edges[0])),
            ("marker", .object([("color", paint)])),
          ])
      ]
    case .heatMap(let values, let columns):
      let rows = stride(from: 0, to: values.count, by: columns).map {
        JSON.numbers(Array(values[$0..<min(values.count, $0 + columns)]))
      }
      let last = Double(Palette.scale.count - 1)
      let colours = Palette.scale.indices.map { Double($0) / last }.map {
        JSON.array([.number($0), .text(Palette.scaled($0))])
      }
      return [trace("heatmap", [("z", .array(rows)), ("colorscale", .array(colours))])]
    case .imageGrid(let pixels, let rows, let columns, let perRow, let captions):
      let grid = ImageGrid(pixels: pixels, rows: rows, columns: columns, perRow: perRow)
      return imageGrid(grid, captions) { trace($0, $1) }
    case .raster(let times):
      let x = times.flatMap { $0 }
      let y = times.enumerated().flatMap { row, events in events.map { _ in Double(row) } }
      let marker = JSON.object([("symbol", .text("line-ns-open")), ("color", paint), ("size", .number(6))])
      return [
        trace(
          x.count > 5000 ? "scattergl" : "scatter",
          [("x", .numbers(x)), ("y", .numbers(y)), ("mode", .text("markers")), ("marker", marker)])
      ]
    }
  }

  private func imageGrid(
    _ grid: ImageGrid, _ captions: [String], _ trace: (String, [(String, JSON)]) -> JSON
  ) -> [JSON] {
    let corners = (0..<grid.count).map(grid.corner)
    let pictures = corners.enumerated().compactMap { picture, corner in
      grid.source(picture).map {
        trace("image", [("source", .text($0)), ("x0", .number(corner.x)), ("y0", .number(corner.y))])
      }
    }
    let labels = zip(corners, captions)
    return pictures + [
      trace(
        "scatter",
        [
          ("x", .numbers(labels.map { $0.0.x + Double(grid.columns) / 2 })),
          ("y", .numbers(labels.map { $0.0.y + Double(grid.rows) + 2 })), ("mode", .text("text")),
          ("text", .array(labels.map { .text($0.1) })), ("hoverinfo", .text("skip")),
        ])
    ]
  }
}
