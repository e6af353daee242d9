import Figures
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Counts the elements of a picture, and fails on what is no XML.
private final class Elements: NSObject, XMLParserDelegate {
  var counts: [String: Int] = [:]
  var texts: [String] = []
  private var isText = false

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    counts[name, default: 0] += 1
    isText = name == "text"
    if isText { texts.append("") }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if isText { texts[texts.count - 1] += text }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?)
  {
    isText = false
  }

  init(_ svg: String) throws {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
  }
}

@Suite struct SVGTests {
  private func figure(_ shape: Mark.Shape, x: Axis = Axis("x"), y: Axis = Axis("y")) -> Figure {
    Figure(id: "one", title: "a < b & c", x: x, y: y, marks: [Mark("series", shape)])
  }

  @Test func everyShapeIsDrawn() throws {
    let x = [1.0, 2, 3]
    let line = try Elements(figure(.line(x: x, y: x, low: x, high: x, isDashed: true)).svg())
    #expect(line.counts["polyline"] == 1 && line.counts["polygon"] == 1)
    #expect(line.texts.contains("a < b & c") && line.texts.contains("series") && line.texts.contains("2"))
    // Few points are shown, and between whole numbers of few things there are no ticks.
    #expect(line.counts["circle"] == 3 && !line.texts.contains { $0.contains(".") })
    #expect(try Elements(figure(.scatter(x: x, y: [1, .nan, 3])).svg()).counts["circle"] == 2)
    let bars = try Elements(
      figure(.bar(names: ["p", "q"], values: [1, 2], low: [0, 1], high: [2, 3])).svg())
    #expect(bars.texts.contains("p"))
    // The page, the axes and the two bars.
    #expect(bars.counts["rect"] == 4)
    #expect(try Elements(figure(.histogram(values: x, bins: 5)).svg()).counts["rect"] == 7)
    #expect(try Elements(figure(.heatMap(values: x + x, columns: 3)).svg()).counts["rect"] == 8)
    let pictures = Mark.Shape.imageGrid(
      pixels: [UInt8](repeating: 9, count: 72), rows: 6, columns: 6, perRow: 2, captions: ["left"])
    let grid = try Elements(figure(pictures).svg())
    #expect(grid.counts["image"] == 2 && grid.texts.contains("left"))
    #expect(try Elements(figure(.raster(times: [[1, 2], [], [5]])).svg()).counts["path"] == 1)
  }

  /// The ticks of a raster stand at their times, in the row of their neuron, counted from below.
  @Test func ticksStandWhereTheyShould() throws {
    let raster = figure(
      .raster(times: [[0], [10]]), x: Axis("t", range: 0...10), y: Axis("n", range: -0.5...1.5))
    let svg = raster.svg(width: 176, panelHeight: 100)
    // 100 pixels wide and high: rows of 50, ticks of 42.
    #expect(svg.contains("d=\"M0 54v42M100 4v42\""))
  }

  /// Bars of one name stand side by side, each above its name; the legend names what a later panel alone shows.
  @Test func barsStandSideBySide() throws {
    let bars = Panel(
      title: "", x: Axis("x", range: -0.5...1.5), y: Axis("y", range: 0...2),
      marks: [
        Mark("a", .bar(names: ["p", "q"], values: [1, 2])), Mark("b", .bar(names: ["q"], values: [1])),
      ])
    let point = Panel(title: "", x: Axis("x"), y: Axis("y"), marks: [Mark("c", .line(x: [1], y: [1]))])
    let figure = Figure(id: "bars", title: "", panels: [bars, point], columns: 1)
    // Axes 200 pixels wide and 100 high: a name each 100, two bars of 40 each.
    let svg = figure.svg(width: 276, panelHeight: 100)
    for rectangle in [
      "x=\"10\" y=\"50\" width=\"40\" height=\"50\"", "x=\"110\" y=\"0\" width=\"40\" height=\"100\"",
      "x=\"150\" y=\"50\" width=\"40\" height=\"50\"",
    ] { #expect(svg.contains("<rect \(rectangle)"), "\(rectangle)") }
    let drawn = try Elements(svg)
    #expect(["a", "b", "c", "p", "q"].allSatisfy(drawn.texts.contains) && drawn.counts["circle"] == 1)
    let page = Report(title: "", introduction: "", sections: [.init("", [.figure(figure)])]).html(script: "")
    #expect(page.contains("\"name\":\"c\",\"legendgroup\":\"c\",\"showlegend\":true"))
  }

  /// Both drawings of a histogram count alike; a bar on an axis of logarithms begins at the axis.
  @Test func histogramsAndLogarithms() throws {
    let histogram = figure(.histogram(values: (1...20).map(Double.init), bins: 5))
    let page = Report(title: "", introduction: "", sections: [.init("", [.figure(histogram)])]).html(
      script: "")
    #expect(page.contains("\"y\":[4,4,4,4,4]"))
    let log = figure(
      .bar(names: ["p"], values: [10]), x: Axis("x", range: -0.5...0.5),
      y: Axis("y", scale: .log, range: 1...100))
    let svg = log.svg(width: 176, panelHeight: 100)
    #expect(svg.contains("<rect x=\"10\" y=\"50\" width=\"80\" height=\"50\""))
  }

  @Test func axesNameRoundNumbers() throws {
    let log = try Elements(
      figure(.line(x: [1, 1000], y: [0.001, 1]), x: Axis("x", scale: .log), y: Axis("y")).svg())
    #expect(log.texts.filter { ["1e0", "1e1", "1e2", "1e3"].contains($0) }.count == 4)
    for values in [[0.0, 0], [.infinity, 1], [1e300, -1e300], [0, .leastNonzeroMagnitude], []] {
      _ = try Elements(figure(.line(x: values, y: values)).svg())
      _ = try Elements(figure(.histogram(values: values, bins: 3)).svg())
      _ = try Elements(figure(.heatMap(values: values, columns: 2)).svg())
    }
  }
}
