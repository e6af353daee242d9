import Figures

extension SpikeRaster {
  /// A panel with a tick at each spike, a row a neuron.
  ///
  /// - Parameter timeStep: milliseconds.
  public func panel(title: String, timeStep: Double) -> Panel {
    Panel(
      title: title, x: Axis("time (ms)", range: 0...max(1, Double(stepCount) * timeStep)),
      y: Axis("neuron", range: -0.5...max(0.5, Double(neuronCount) - 0.5)),
      marks: [Mark("", .raster(times: trains.map { $0.map { Double($0) * timeStep } }))])
  }

  /// A panel with the population's mean rate over time.
  ///
  /// - Parameters:
  ///   - stepsPerBin: steps of a bin, at least 1.
  ///   - timeStep: milliseconds.
  public func ratePanel(title: String, stepsPerBin: Int, timeStep: Double) -> Panel {
    let rates = rates(stepsPerBin: stepsPerBin, timeStep: timeStep)
    let centres = rates.indices.map { (Double($0) + 0.5) * Double(stepsPerBin) * timeStep }
    return Panel(
      title: title, x: Axis("time (ms)"), y: Axis("spikes/s and neuron"),
      marks: [Mark("", .line(x: centres, y: rates))])
  }
}
