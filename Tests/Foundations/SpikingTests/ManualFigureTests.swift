import Figures
import Foundation
import NeuralData
import Spiking
import Testing

/// The figure of the module's article, drawn by the article's own code.
@Suite struct ManualFigureTests {
  @Test func inputsThatFireTogetherWin() throws {
    var network = try Network(timeStep: 1)
    let together = try network.addSources("together", count: 20)
    let alone = try network.addPoisson("alone", rates: [Double](repeating: 20, count: 20), seed: 1)
    let cell = try network.add("cell", count: 1, .currentLIF(CurrentLIF(threshold: -57)))
    let rule = Plasticity.pair(
      PairSTDP(
        potentiation: 0.01, depression: 0.0105, presynapticTimeConstant: 20, postsynapticTimeConstant: 20,
        maximum: 1))
    let weights = [Double](repeating: 0.5, count: 20)
    let projections = try [together, alone].map {
      try network.connect($0, to: cell, .dense(weights), plasticity: rule)
    }
    let events = try PoissonSources(rates: [20], timeStep: 1).raster(steps: 20_000, seed: 1, "events", 0)
    for step in events.trains[0] { try network.fire(Array(0..<20), in: together, at: step) }
    for population in [together, alone, cell] { network.recordSpikes(of: population) }
    let monitors = try projections.map { try network.watchWeights(of: $0, every: 100) }
    network.run(steps: 20_000)

    let means = monitors.map { monitor in
      network.weightTrace(of: monitor).values.map { $0.reduce(0, +) / Double($0.count) }
    }
    let seconds = network.weightTrace(of: monitors[0]).steps.map { Double($0) / 1000 }
    #expect(means[0].last! > 0.9 && means[1].last! < 0.3, "\(means[0].last!), \(means[1].last!)")
    var spikes = network.raster(of: together).trains
    for population in [alone, cell] { spikes += network.raster(of: population).trains }
    spikes = spikes.map { $0.filter { $0 < 1000 } }
    let figure = Figure(
      id: "stdp", title: "Pair STDP finds the inputs that fire together",
      panels: [
        Panel(
          title: "spikes of the first second", x: Axis("time (ms)", range: 0...1000),
          y: Axis("neuron", range: -1...42),
          marks: [
            Mark("together", .raster(times: spikes[..<20].map { $0.map(Double.init) })),
            Mark(
              "alone",
              .raster(
                times: [[Double]](repeating: [], count: 20) + spikes[20..<40].map { $0.map(Double.init) })),
            Mark(
              "neuron",
              .raster(
                times: [[Double]](repeating: [], count: 41) + spikes[40...].map { $0.map(Double.init) }),
              colour: 2),
          ]),
        Panel(
          title: "mean weight", x: Axis("time (s)", range: 0...20), y: Axis("weight (nA)", range: 0...1.05),
          marks: [
            Mark("together", .line(x: seconds, y: means[0])), Mark("alone", .line(x: seconds, y: means[1])),
          ]),
      ])
    try expectFigure(
      figure.svg(panelHeight: 260), "Sources/Foundations/Spiking/Spiking.docc/Resources/stdp.svg")
  }

  /// Compares a picture with the committed one, number by number; NEUROPIL_FIGURES=write draws it anew.
  private func expectFigure(_ svg: String, _ path: String) throws {
    var root = URL(fileURLWithPath: #filePath).standardizedFileURL
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let file = root.appending(path: path).path
    if ProcessInfo.processInfo.environment["NEUROPIL_FIGURES"] == "write" {
      try AtomicFile.write(svg, to: file)
    }
    let committed = try String(contentsOfFile: file, encoding: .utf8)
    func numbers(_ text: String) -> [Double] {
      text.components(separatedBy: CharacterSet(charactersIn: "-.0123456789").inverted).compactMap(
        Double.init)
    }
    let (ours, theirs) = (numbers(svg), numbers(committed))
    #expect(ours.count == theirs.count)
    #expect(zip(ours, theirs).allSatisfy { abs($0 - $1) < 0.1 })
  }
}
