import Figures
import Foundation
import Testing

@Suite struct ReportTests {
  private var figures: [Figure] {
    let x = (1...20).map(Double.init)
    let axes = (Axis("time (ms)"), Axis("rate (Hz)"))
    func one(_ id: String, _ mark: Mark.Shape, y: Axis = Axis("y")) -> Figure {
      Figure(id: id, title: id, x: Axis("x"), y: y, marks: [Mark(id, mark)])
    }
    return [
      one(
        "line", .line(x: x, y: x.map { $0 * $0 }, low: x, high: x.map { 2 * $0 * $0 }),
        y: Axis("y", scale: .log)),
      one("scatter", .scatter(x: x, y: x, low: x.map { $0 - 1 }, high: x.map { $0 + 1 })),
      one("bar", .bar(names: ["a", "b"], values: [1, 2], low: [0.5, 1], high: [1.5, 3])),
      one("histogram", .histogram(values: x, bins: 5)),
      one("heat", .heatMap(values: x, columns: 5)),
      one(
        "images",
        .imageGrid(pixels: (0..<72).map { UInt8($0) }, rows: 6, columns: 6, perRow: 2, captions: ["p", "q"])),
      one("raster", .raster(times: [[1, 2], [], [5]])),
      Figure(
        id: "small", title: "small multiples",
        panels: (0..<4).map {
          Panel(
            title: "panel \($0)", x: axes.0, y: axes.1, marks: [Mark("s", .line(x: x, y: x, isDashed: true))])
        }),
    ]
  }

  private var report: Report {
    Report(
      title: "A <report> & more", introduction: "Text with </script> in it.",
      sections: [
        Report.Section(
          "Claims", [.table(header: ["a", "b"], rows: [["1", "agrees"], ["<2>", "needs data"]])]),
        Report.Section("Figures", figures.map { .figure($0) }),
      ])
  }

  @Test func textIsEscaped() {
    let page = report.html(script: "")
    #expect(page.contains("A &lt;report&gt; &amp; more"))
    #expect(page.contains("Text with &lt;/script&gt; in it."))
    #expect(page.contains("<span class=\"badge agree\">agrees</span>"))
    let hostile = Figure(id: "x", title: "", x: Axis("</script>"), y: Axis("\u{2028}\"\\"), marks: [])
    let hostilePage = Report(title: "", introduction: "", sections: [Report.Section("", [.figure(hostile)])])
      .html(script: "")
    #expect(
      hostilePage.components(separatedBy: "</script>").count
        == page.components(separatedBy: "</script>").count)
    #expect(!page.contains("http"))
  }

  @Test func impossibleNumbersBecomeNull() {
    let figure = Figure(
      id: "n", title: "", x: Axis(""), y: Axis(""),
      marks: [Mark("", .line(x: [1, 2, 3], y: [.nan, .infinity, 0.1]))])
    let page = Report(title: "", introduction: "", sections: [Report.Section("", [.figure(figure)])]).html(
      script: "")
    #expect(page.contains("\"y\":[null,null,0.1]"))
  }

  /// Contrast of the first colours with white and with the dark page, by the WCAG formula.
  @Test func firstColoursStandOutOnLightAndDark() {
    func luminance(_ colour: (red: Int, green: Int, blue: Int)) -> Double {
      let parts = [colour.red, colour.green, colour.blue].map { part -> Double in
        let value = Double(part) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    for colour in Palette.colours.prefix(4) {
      for page in [(255, 255, 255), (15, 20, 25)] as [(red: Int, green: Int, blue: Int)] {
        let pair = [luminance(colour), luminance(page)].sorted()
        #expect((pair[1] + 0.05) / (pair[0] + 0.05) > 2.8, "\(colour) on \(page)")
      }
    }
  }

  private static let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test(
    .enabled(
      if: chromium != nil && (try? PlotlyScript.find()) != nil,
      "needs the Debian package chromium and Plotly's script: run 'Scripts/bootstrap tests'"),
    arguments: [false, true])
  func everyFigureIsDrawnInABrowser(dark: Bool) throws {
    let file = NSTemporaryDirectory() + "neuropil-report-\(UUID().uuidString).html"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try report.html(script: PlotlyScript.find()).write(toFile: file, atomically: true, encoding: .utf8)
    let browser = Process()
    let output = Pipe()
    browser.executableURL = URL(fileURLWithPath: try #require(Self.chromium))
    browser.arguments =
      ["--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=15000", "--dump-dom"]
      + (dark ? ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] : []) + ["file://" + file]
    browser.standardOutput = output
    browser.standardError = FileHandle.nullDevice
    try browser.run()
    let page = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    browser.waitUntilExit()
    let head = String(page.prefix(400))
    #expect(head.contains("data-errors=\"\""), "\(head)")
    #expect(head.contains("class=\"dark\"") == dark, "\(head)")
    #expect(head.contains("data-figures=\"\(figures.count)\""), "\(head)")
    #expect(head.contains("data-drawn=\"\(figures.count)\""), "\(head)")
  }
}
