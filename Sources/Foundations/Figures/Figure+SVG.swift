import Foundation

extension Figure {
  /// The figure as a picture of lines and text (SVG) on white, for papers, manuals and pages without scripts.
  ///
  /// - Parameters:
  ///   - width: of the picture, pixels.
  ///   - panelHeight: of the axes of a panel, pixels.
  /// - Complexity: O(numbers of the marks).
  public func svg(width: Double = 880, panelHeight: Double = 180) -> String {
    let (left, right, above, below) = (62.0, 14.0, 26.0, 46.0)
    let names = legend.map { entry in
      let mark = panels[entry.panel].marks[entry.place]
      return (name: mark.name, colour: mark.colour ?? entry.place)
    }
    let head = (title.isEmpty ? 8.0 : 32) + (names.isEmpty ? 0 : 20)
    let rows = (panels.count + columns - 1) / columns
    let cell = (width: width / Double(columns), height: above + panelHeight + below)
    let height = head + Double(rows) * cell.height
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(SVG.number(width))\" height=\"\(SVG.number(height))\" viewBox=\"0 0 \(SVG.number(width)) \(SVG.number(height))\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">",
      "<title>\(title.escaped)</title>", "<desc>\(caption.escaped)</desc>",
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
    ]
    if !title.isEmpty {
      parts.append(SVG.text(title, x: width / 2, y: 21, anchor: "middle", style: "font-size=\"15\""))
    }
    var x = left
    for (name, colour) in names {
      parts.append(
        SVG.line(x, head - 8, x + 18, head - 8, "stroke=\"\(Palette.css(colour))\" stroke-width=\"3\""))
      parts.append(SVG.text(name, x: x + 23, y: head - 4))
      x += 45 + 6.6 * Double(name.count)
    }
    for (index, panel) in panels.enumerated() {
      let frame = SVGFrame(
        panel, left: Double(index % columns) * cell.width + left,
        top: head + Double(index / columns) * cell.height + above, width: cell.width - left - right,
        height: panelHeight)
      parts += frame.axes
      parts.append(
        "<svg x=\"\(SVG.number(frame.left))\" y=\"\(SVG.number(frame.top))\" width=\"\(SVG.number(frame.width))\" height=\"\(SVG.number(frame.height))\">"
      )
      for (place, mark) in panel.marks.enumerated() { parts += mark.drawing(in: frame, place: place) }
      parts.append("</svg>")
    }
    return parts.joined(separator: "\n") + "\n</svg>\n"
  }
}

/// Pieces of SVG text.
enum SVG {
  /// A number with at most two decimals.
  static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "0" }
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }

  static func text(
    _ text: String, x: Double, y: Double, anchor: String = "start", style: String = ""
  ) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" \(style)>\(text.escaped)</text>"
  }

  static func line(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ style: String) -> String {
    "<line x1=\"\(number(x0))\" y1=\"\(number(y0))\" x2=\"\(number(x1))\" y2=\"\(number(y1))\" \(style)/>"
  }

  static func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String)
    -> String
  {
    "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(max(0, width)))\" height=\"\(number(max(0, height)))\" \(style)/>"
  }

  static func points(_ x: [Double], _ y: [Double]) -> String {
    zip(x, y).filter { $0.isFinite && $1.isFinite }.map { "\(number($0)),\(number($1))" }.joined(
      separator: " ")
  }
}
