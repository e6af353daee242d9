/// A figure of one or several panels with a caption.
public struct Figure: Sendable, Hashable, Codable {
  /// A short name, unique in a report, of letters, digits and hyphens.
  public var id: String
  /// What the figure is.
  public var title: String
  /// What is seen in it.
  public var caption: String
  /// The panels, left to right and top to bottom.
  public var panels: [Panel]
  /// Panels in a row.
  public var columns: Int

  /// A figure.
  public init(id: String, title: String, caption: String = "", panels: [Panel], columns: Int = 2) {
    self.id = id
    self.title = title
    self.caption = caption
    self.panels = panels
    self.columns = max(1, min(columns, panels.count))
  }

  /// A figure of one panel.
  public init(id: String, title: String, caption: String = "", x: Axis, y: Axis, marks: [Mark]) {
    self.init(id: id, title: title, caption: caption, panels: [Panel(title: "", x: x, y: y, marks: marks)])
  }
}

/// Axes and what is drawn in them.
public struct Panel: Sendable, Hashable, Codable {
  /// Shown above the panel.
  public var title: String
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// What is drawn.
  public var marks: [Mark]

  /// A panel.
  public init(title: String, x: Axis, y: Axis, marks: [Mark]) {
    self.title = title
    self.x = x
    self.y = y
    self.marks = marks
  }
}

/// One axis of a panel.
public struct Axis: Sendable, Hashable, Codable {
  /// How numbers become places.
  public enum Scale: String, Sendable, Codable {
    /// Equal steps.
    case linear
    /// Equal factors.
    case log
  }

  /// Quantity and unit.
  public var title: String
  /// How numbers become places.
  public var scale: Scale
  /// The shown numbers; all of them unless given.
  public var range: ClosedRange<Double>?

  /// An axis.
  public init(_ title: String, scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
    self.title = title
    self.scale = scale
    self.range = range
  }
}

/// A named series or picture in a panel.
public struct Mark: Sendable, Hashable, Codable {
  /// What is drawn.
  public enum Shape: Sendable, Hashable, Codable {
    /// Connected points; the band, when there is one, holds a lower and an upper end for each point.
    case line(x: [Double], y: [Double], low: [Double]? = nil, high: [Double]? = nil, isDashed: Bool = false)
    /// Points, with an error each when given.
    case scatter(x: [Double], y: [Double], low: [Double]? = nil, high: [Double]? = nil)
    /// Points with a name each, which is shown when one points at them.
    case points(x: [Double], y: [Double], names: [String])
    /// A bar for each name, with an error each when given.
    case bar(names: [String], values: [Double], low: [Double]? = nil, high: [Double]? = nil)
    /// How often values fall in equal bins.
    case histogram(values: [Double], bins: Int)
    /// Colours for numbers, `[row, column]` row by row.
    case heatMap(values: [Double], columns: Int)
    /// Grey pictures in rows, `[image, row, column]`.
    case imageGrid(pixels: [UInt8], rows: Int, columns: Int, perRow: Int, captions: [String])
    /// A tick at each time of each row's events.
    case raster(times: [[Double]])
  }

  /// Shown in the legend; nothing for an empty name.
  public var name: String
  /// What is drawn.
  public var shape: Shape
  /// Place in the palette; in order of the marks unless given.
  public var colour: Int?

  /// A mark.
  public init(_ name: String, _ shape: Shape, colour: Int? = nil) {
    self.name = name
    self.shape = shape
    self.colour = colour
  }
}

/// Okabe and Ito's colours, told apart with any colour vision, in an order whose first ones stand out on white and
/// on black.
public enum Palette {
  /// Red, green and blue of each colour, 0 … 255.
  public static let colours: [(red: Int, green: Int, blue: Int)] = [
    (0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (230, 159, 0), (86, 180, 233),
    (127, 127, 127),
  ]

  static func css(_ index: Int, alpha: Double = 1) -> String {
    let colour = colours[index % colours.count]
    return "rgba(\(colour.red),\(colour.green),\(colour.blue),\(alpha))"
  }
}
