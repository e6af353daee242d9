import Spiking

extension SpikeRaster {
  /// The spikes of some of the steps, counted from the first of them.
  func part(_ steps: Range<Int>) -> SpikeRaster {
    if steps == 0..<stepCount { return self }
    var part = SpikeRaster(neuronCount: neuronCount)
    for step in steps { part.append(step: spikes(at: step)) }
    return part
  }
}
