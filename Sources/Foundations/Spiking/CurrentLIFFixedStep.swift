import Foundation

/// The numbers of one step of ``CurrentLIF`` in fixed point, see ``Arithmetic/fixedPoint``.
struct CurrentLIFFixedStep: Sendable, Hashable {
  let leak, resistance, rest, reset, threshold, offset: Int64
  let excitatoryGain, excitatoryDecay, inhibitoryGain, inhibitoryDecay: Int64
  let refractorySteps: Int64

  init(_ neuron: CurrentLIF, timeStep: Double) {
    let exact = CurrentLIFStep(neuron, timeStep: timeStep)
    func fraction(_ value: Double) -> Int64 {
      Int64(min((value * FixedPoint.fraction).rounded(), FixedPoint.fraction - 1))
    }
    leak = FixedPoint.raw(exact.leak)
    resistance = FixedPoint.raw(exact.resistance)
    (rest, reset) = (FixedPoint.raw(exact.rest), FixedPoint.raw(exact.reset))
    (threshold, offset) = (FixedPoint.raw(exact.threshold), FixedPoint.raw(exact.offset))
    (excitatoryGain, excitatoryDecay) = (fraction(exact.excitatoryGain), fraction(exact.excitatoryDecay))
    (inhibitoryGain, inhibitoryDecay) = (fraction(exact.inhibitoryGain), fraction(exact.inhibitoryDecay))
    refractorySteps = exact.refractorySteps
  }

  /// One step of `state`, whose numbers lie on the grid of 15 bits.
  ///
  /// - Parameter limits: the largest excitatory and inhibitory input of one step.
  func advance(
    _ state: borrowing StatePointers, count: Int, common: (Double, Double), limits: (Double, Double)
  ) -> UInt64 {
    func raw(_ value: Double) -> Int64 { Int64(value * FixedPoint.one) }
    func value(_ raw: Int64) -> Double { Double(raw) / FixedPoint.one }
    var total: UInt64 = 0
    for neuron in 0..<count {
      let arriving = (
        raw(min(state.excitatoryInput[neuron] + common.0, limits.0)),
        raw(min(state.inhibitoryInput[neuron] + common.1, limits.1))
      )
      let e = FixedPoint.clamped(
        raw(state.excitation[neuron]) + FixedPoint.scaled(arriving.0, by: excitatoryGain))
      let i = FixedPoint.clamped(
        raw(state.inhibition[neuron]) + FixedPoint.scaled(arriving.1, by: inhibitoryGain))
      let old = raw(state.membrane[neuron])
      let left = state.refractory[neuron]
      var potential = old
      if left <= 0 {
        let target = FixedPoint.clamped(
          FixedPoint.product(FixedPoint.clamped(e - i + offset), resistance) + rest)
        potential = FixedPoint.clamped(target - FixedPoint.product(target - old, leak))
      }
      let spike = potential >= threshold
      state.membrane[neuron] = value(spike ? reset : potential)
      state.refractory[neuron] = spike ? refractorySteps : max(0, left - 1)
      state.fired[neuron] = spike ? 1 : 0
      total += spike ? 1 : 0
      state.excitation[neuron] = value(FixedPoint.scaled(e, by: excitatoryDecay))
      state.inhibition[neuron] = value(FixedPoint.scaled(i, by: inhibitoryDecay))
    }
    return total
  }
}
