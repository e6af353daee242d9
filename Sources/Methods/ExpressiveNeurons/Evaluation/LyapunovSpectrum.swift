import Foundation

/// How fast small differences of a neuron's memory grow or fade along an input.
public struct LyapunovSpectrum: Sendable, Hashable, Codable {
  /// Exponents from the largest to the smallest, in 1/ms; positive ones mean chaos. The traces, which obey no one, add an
  /// exponent of −1/τ_s each that is not listed.
  public var exponents: [Double]

  /// The spectrum of the memory's map along an input, by repeated orthogonalisation of tangents (Benettin et al. 1980).
  ///
  /// - Parameters:
  ///   - skip: first steps in which the tangents only turn towards their directions.
  /// - Throws: ``ExpressiveNeuronError`` when the input does not fit or is not longer than `skip`.
  public init(_ neuron: ELMNeuron, input: EventSequence, skip: Int = 100) throws {
    guard input.channels == neuron.configuration.inputs else {
      throw ExpressiveNeuronError.badData(
        "the input has \(input.channels) channels, but the neuron has \(neuron.configuration.inputs) inputs")
    }
    guard input.steps > skip else {
      throw ExpressiveNeuronError.badData(
        "the input has \(input.steps) steps, but the first \(skip) are not used")
    }
    let units = neuron.configuration.memoryUnits
    var state = try ELMReference(neuron)
    var tangents = (0..<units).map { unit in (0..<units).map { $0 == unit ? 1.0 : 0 } }
    var sums = [Double](repeating: 0, count: units)
    var x = [Double](repeating: 0, count: input.channels)
    for step in 0..<input.steps {
      for event in input.events(at: step) { x[Int(input.channel[event])] += Double(input.values[event]) }
      _ = state.step(x)
      for event in input.events(at: step) { x[Int(input.channel[event])] = 0 }
      tangents = tangents.map { state.tangent($0) }
      for index in tangents.indices {
        for earlier in 0..<index {
          let product = zip(tangents[index], tangents[earlier]).map(*).reduce(0, +)
          for unit in 0..<units { tangents[index][unit] -= product * tangents[earlier][unit] }
        }
        let length = tangents[index].map { $0 * $0 }.reduce(0, +).squareRoot()
        // A direction that vanishes altogether has an exponent of minus infinity; the least number stands for it.
        let bounded = max(length, .leastNormalMagnitude)
        for unit in 0..<units { tangents[index][unit] /= bounded }
        if step >= skip { sums[index] += log(bounded) }
      }
    }
    let duration = Double(input.steps - skip) * neuron.configuration.timeStepMilliseconds
    exponents = sums.map { $0 / duration }.sorted(by: >)
  }
}
