import Foundation

/// Where a panel's axes lie in a picture, and how its numbers become places inside them.
struct SVGFrame {
  let left, top, width, height: Double
  let x, y: SVGScale
  /// The names along the axis of bars, and the places of the marks that are bars.
  let categories: [String]
  let barMarks: [Int]
  /// Lines, ticks and titles around the axes.
  let axes: [String]

  init(_ panel: Panel, left: Double, top: Double, width: Double, height: Double) {
    (self.left, self.top, self.width, self.height) = (left, top, width, height)
    let categories = panel.categories
    self.categories = categories
    barMarks = panel.marks.indices.filter { if case .bar = panel.marks[$0].shape { true } else { false } }
    let extents = panel.marks.map(\.extent)
    let bars = categories.isEmpty ? [] : [-0.5, Double(categories.count) - 0.5]
    x = SVGScale(panel.x, values: extents.flatMap(\.x) + bars, length: width, isDown: false)
    y = SVGScale(panel.y, values: extents.flatMap(\.y), length: height, isDown: !panel.isPicture)
    var parts: [String] = []
    if !panel.title.isEmpty {
      parts.append(SVG.text(panel.title, x: left + width / 2, y: top - 7, anchor: "middle"))
    }
    guard !panel.isPicture else {
      axes = parts
      return
    }
    parts.append(SVG.rectangle(left, top, width, height, "fill=\"none\" stroke=\"#888\""))
    let grey = "stroke=\"#888\""
    let named = categories.enumerated().map { (value: Double($0.offset), label: $0.element) }
    for (value, label) in categories.isEmpty ? x.ticks(wholeOnly: panel.countsAFew) : named {
      let place = left + x.place(value)
      parts.append(SVG.line(place, top + height, place, top + height + 4, grey))
      parts.append(SVG.text(label, x: place, y: top + height + 17, anchor: "middle"))
    }
    for (value, label) in y.ticks() {
      let place = top + y.place(value)
      parts.append(SVG.line(left - 4, place, left, place, grey))
      parts.append(SVG.text(label, x: left - 7, y: place + 4, anchor: "end"))
    }
    parts.append(
      SVG.text(panel.x.title, x: left + width / 2, y: top + height + 34, anchor: "middle"))
    let (turnX, turnY) = (left - 46, top + height / 2)
    parts.append(
      SVG.text(
        panel.y.title, x: turnX, y: turnY, anchor: "middle",
        style: "transform=\"rotate(-90 \(SVG.number(turnX)) \(SVG.number(turnY)))\""))
    axes = parts
  }
}

/// Numbers of one axis as pixels from its beginning.
struct SVGScale {
  let axis: Axis
  let low, high, length: Double
  let isDown: Bool

  init(_ axis: Axis, values: [Double], length: Double, isDown: Bool) {
    (self.axis, self.length, self.isDown) = (axis, length, isDown)
    if let range = axis.range {
      (low, high) = (axis.position(range.lowerBound), axis.position(range.upperBound))
      return
    }
    let positions = values.map(axis.position).filter(\.isFinite)
    let (first, last) = (positions.min() ?? 0, positions.max() ?? 1)
    let margin = last > first ? (last - first) * 0.04 : 0.5
    (low, high) = (first - margin, last + margin)
  }

  /// Pixels from the left, or from the top.
  func place(_ value: Double) -> Double {
    let share = (axis.position(value) - low) / (high - low)
    return (isDown ? 1 - share : share) * length
  }

  /// Round numbers within the axis, with their labels.
  ///
  /// - Parameter wholeOnly: whether numbers between whole ones would mislead.
  func ticks(wholeOnly: Bool = false) -> [(value: Double, label: String)] {
    guard high > low, high.isFinite, low.isFinite else { return [] }
    if axis.scale == .log {
      let step = max(1, Int(((high - low) / 6).rounded(.up)))
      return stride(from: Int(low.rounded(.up)), through: Int(high.rounded(.down)), by: step).map {
        (pow(10, Double($0)), "1e\($0)")
      }
    }
    let raw = (high - low) / max(2, length / 80)
    guard raw.isNormal else { return [] }
    let power = pow(10, log10(raw).rounded(.down))
    let round = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw } ?? 10 * power
    let step = wholeOnly ? max(1, round) : round
    let first = Int((low / step - 1e-9).rounded(.up))
    let last = Int((high / step + 1e-9).rounded(.down))
    guard first <= last, last - first < 100 else { return [] }
    return (first...last).map {
      let value = Double($0) * step
      return (value, step >= 1 && abs(value) < 1e6 ? "\(Int(value))" : String(format: "%.3g", value))
    }
  }
}
