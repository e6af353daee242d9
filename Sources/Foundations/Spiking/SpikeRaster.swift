/// Which neurons fired at which step: the spikes of one population, step by step.
///
/// Spikes are kept in one list with an offset for each step, so that a recording costs a few bytes a spike and a
/// step's spikes are a slice.
public struct SpikeRaster: Sendable, Hashable, Codable {
  /// Neurons of the population.
  public let neuronCount: Int
  /// Indices of the neurons that fired, step after step.
  public private(set) var neurons: [Int32]
  /// Where each step's spikes begin in ``neurons``, and the end of the last one: ``stepCount`` + 1 numbers.
  public private(set) var offsets: [Int]

  /// Steps recorded so far.
  public var stepCount: Int { offsets.count - 1 }
  /// Spikes recorded so far.
  public var count: Int { neurons.count }

  /// A raster of no steps.
  ///
  /// - Parameter neuronCount: neurons of the population, 0 or more.
  public init(neuronCount: Int) {
    precondition(neuronCount >= 0, "SpikeRaster: the number of neurons must not be negative")
    self.neuronCount = neuronCount
    neurons = []
    offsets = [0]
  }

  /// A raster from spikes in any order.
  ///
  /// - Parameters:
  ///   - neuronCount: neurons of the population.
  ///   - stepCount: steps of the raster.
  ///   - spikes: step and neuron of each spike; one that is listed twice counts once.
  /// - Throws: ``SpikingError`` for a step or neuron outside the raster.
  public init(neuronCount: Int, stepCount: Int, spikes: [(step: Int, neuron: Int)]) throws(SpikingError) {
    self.init(neuronCount: neuronCount)
    var steps = [Set<Int32>](repeating: [], count: max(0, stepCount))
    for spike in spikes {
      guard spike.step >= 0, spike.step < stepCount else {
        throw .outOfRange("the step of a spike", "\(spike.step)", allowed: "0 to \(stepCount - 1)")
      }
      guard spike.neuron >= 0, spike.neuron < neuronCount else {
        throw .outOfRange("the neuron of a spike", "\(spike.neuron)", allowed: "0 to \(neuronCount - 1)")
      }
      steps[spike.step].insert(Int32(spike.neuron))
    }
    for step in steps { append(step: step.sorted()) }
  }

  /// Builds a raster from its parts, which must fit one another.
  package init(neuronCount: Int, neurons: [Int32], offsets: [Int]) {
    precondition(
      offsets.first == 0 && offsets.last == neurons.count, "SpikeRaster: the offsets must span the spikes")
    (self.neuronCount, self.neurons, self.offsets) = (neuronCount, neurons, offsets)
  }

  /// Adds a step.
  ///
  /// - Parameter spikes: the neurons that fired, ascending.
  @inlinable
  public mutating func append(step spikes: some Sequence<Int32>) {
    extend(by: spikes)
  }

  @usableFromInline
  mutating func extend(by spikes: some Sequence<Int32>) {
    neurons.append(contentsOf: spikes)
    offsets.append(neurons.count)
  }

  /// The neurons that fired at a step; empty past the end.
  public func spikes(at step: Int) -> ArraySlice<Int32> {
    guard step >= 0, step < stepCount else { return [] }
    return neurons[offsets[step]..<offsets[step + 1]]
  }

  /// Spikes of each neuron in a range of steps.
  public func counts(in steps: Range<Int>? = nil) -> [Int] {
    var counts = [Int](repeating: 0, count: neuronCount)
    let steps = (steps ?? 0..<stepCount).clamped(to: 0..<stepCount)
    for neuron in neurons[offsets[steps.lowerBound]..<offsets[steps.upperBound]] { counts[Int(neuron)] += 1 }
    return counts
  }

  /// The steps at which each neuron fired, ascending, `[neuron][spike]`.
  public var trains: [[Int]] {
    var trains = [[Int]](repeating: [], count: neuronCount)
    for step in 0..<stepCount {
      for neuron in spikes(at: step) { trains[Int(neuron)].append(step) }
    }
    return trains
  }

  /// The mean rate of the population in bins of equal length, in spikes a second and neuron.
  ///
  /// - Parameters:
  ///   - stepsPerBin: steps of a bin, at least 1; the last bin may be shorter.
  ///   - timeStep: milliseconds.
  public func rates(stepsPerBin: Int, timeStep: Double) -> [Double] {
    precondition(stepsPerBin >= 1, "rates: a bin must hold at least one step")
    guard neuronCount > 0 else { return [] }
    return stride(from: 0, to: stepCount, by: stepsPerBin).map { start in
      let end = min(start + stepsPerBin, stepCount)
      return Double(offsets[end] - offsets[start]) * 1000
        / (Double(end - start) * timeStep * Double(neuronCount))
    }
  }
}
