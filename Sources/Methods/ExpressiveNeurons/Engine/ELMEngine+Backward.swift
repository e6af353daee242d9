import Foundation
import Lanes

extension ELMEngine {
  func backward(_ sequences: [EventSequence], in workspace: SequenceWorkspace, into gradient: LaneBuffer) {
    let ws = workspace as! ELMWorkspace
    let rows = ws.steps * tileSamples
    let (units, outs) = (layout.memoryLanes, layout.outputLanes)
    beginBackwards(ws)
    Products.multiply(
      start: zeros.lanes, x: ws.outputGradient.scalars, stride: outs * 16, count: outputs, rows: rows,
      weights: readoutTransposed.lanes, width: units, out: ws.memoryErrors.lanes)
    recurBackwards(ws, steps: 0..<ws.steps)
    accumulateWeights(ws, gradient)
    if isProjected {
      columnsBackwards(sequences, ws, gradient)
    } else {
      branchesBackwards(sequences, ws, gradient)
    }
  }

  /// Makes room for the errors of the workspace's steps; nothing is carried back yet.
  func beginBackwards(_ ws: ELMWorkspace) {
    let rows = ws.steps * tileSamples
    for buffer in ws.hiddenErrors { buffer.reserve(rows * layout.firstLanes) }
    ws.proposalErrors.reserve(rows * layout.memoryLanes)
    ws.memoryErrors.reserve(rows * layout.memoryLanes)
    ws.scratch.reserveZeroed((2 * tileSamples + 2) * layout.memoryLanes)
  }

  /// Derivatives by weights, biases and memory time constants after the errors of all steps are known.
  func accumulateWeights(_ ws: ELMWorkspace, _ gradient: LaneBuffer) {
    let (first, units, outs) = (layout.firstLanes, layout.memoryLanes, layout.outputLanes)
    let rows = ws.steps * tileSamples
    let c = configuration
    let g = gradient.lanes
    Products.accumulate(
      x: ws.memory.scalars + tileSamples * units * 16, stride: units * 16, count: c.memoryUnits,
      errors: ws.outputGradient.lanes, width: outs, rows: rows, weights: g + layout.readout)
    accumulateBias(ws.outputGradient.lanes, width: outs, rows: rows, bias: g + layout.readoutBias)
    if let last = layout.last {
      Products.accumulate(
        x: ws.hidden[c.hiddenLayers - 1].scalars, stride: first * 16, count: c.hiddenSize,
        errors: ws.proposalErrors.lanes, width: units, rows: rows, weights: g + last.weight)
      accumulateBias(ws.proposalErrors.lanes, width: units, rows: rows, bias: g + last.bias)
    }
    for (index, place) in layout.hidden.enumerated() {
      let errors = ws.hiddenErrors[index + 1].lanes
      Products.accumulate(
        x: ws.hidden[index].scalars, stride: first * 16, count: c.hiddenSize, errors: errors, width: first,
        rows: rows, weights: g + place.weight)
      accumulateBias(errors, width: first, rows: rows, bias: g + place.bias)
    }
    let errors = ws.hiddenErrors[0].lanes
    Products.accumulate(
      x: ws.memory.scalars, stride: units * 16, count: c.memoryUnits, errors: errors, width: first,
      rows: rows, weights: g + layout.firstMemory)
    accumulateBias(errors, width: first, rows: rows, bias: g + layout.firstBias)
    if !isProjected {
      Products.accumulate(
        x: branchValues(ws), stride: layout.traceLanes * 16, count: c.traces, errors: errors, width: first,
        rows: rows, weights: g + layout.firstTrace)
    }
    guard c.learnsMemoryTimeConstants else { return }
    let slopes = ws.scratch.scalars + 2 * tileSamples * units * 16
    let logs = gradient.scalars + layout.logTimeConstants * 16
    for unit in 0..<c.memoryUnits {
      let (byDecay, byGain) = timeConstantSlopes(unit)
      logs[unit] += slopes[unit] * byDecay + slopes[units * 16 + unit] * byGain
    }
  }

  /// The memory's recurrence over some steps, the last first: derivatives by every layer's sums, by decays and by gains.
  ///
  /// What is carried back lies in the workspace's scratch rows: errors by the memory, two sums for the time constants.
  func recurBackwards(_ ws: ELMWorkspace, steps: Range<Int>) {
    let c = configuration
    let (first, units) = (layout.firstLanes, layout.memoryLanes)
    let (decays, gains) = (decay.lanes, gain.lanes)
    let carry = ws.scratch.lanes
    let inflow = carry + tileSamples * units
    let decaySlope = inflow + tileSamples * units
    let gainSlope = decaySlope + units
    let hiddenErrors = ws.hiddenErrors.map(\.lanes)
    let hiddenErrorScalars = ws.hiddenErrors.map(\.scalars)
    for step in steps.reversed() {
      let row = step * tileSamples
      let fromReadout = ws.memoryErrors.lanes + row * units
      let proposal = ws.proposal.lanes + row * units
      let errors = ws.proposalErrors.lanes + row * units
      for sample in 0..<tileSamples {
        for lane in 0..<units {
          let place = sample * units + lane
          let sum = fromReadout[place] + carry[place]
          let value = proposal[place]
          inflow[place] = sum
          gainSlope[lane] += sum * value
          errors[place] = sum * gains[lane] * scaledTanhSlope(value)
        }
      }
      if layout.last != nil {
        var top = c.hiddenLayers - 1
        multiply(
          start: zeros.lanes, startStride: 0, x: ws.proposalErrors.scalars + row * units * 16,
          stride: units * 16,
          count: c.memoryUnits, weights: lastTransposed.lanes, width: first,
          out: hiddenErrors[top] + row * first)
        applySlope(ws, top, row)
        while top > 0 {
          multiply(
            start: zeros.lanes, startStride: 0, x: hiddenErrorScalars[top] + row * first * 16,
            stride: first * 16,
            count: c.hiddenSize, weights: hiddenTransposed[top - 1].lanes, width: first,
            out: hiddenErrors[top - 1] + row * first)
          top -= 1
          applySlope(ws, top, row)
        }
      } else {
        (hiddenErrors[0] + row * first).update(from: errors, count: tileSamples * units)
      }
      multiply(
        start: inflow, startStride: units, x: hiddenErrorScalars[0] + row * first * 16, stride: first * 16,
        count: c.firstWidth, weights: memoryTransposed.lanes, width: units, out: carry)
      let before = ws.memory.lanes + row * units
      for sample in 0..<tileSamples {
        for lane in 0..<units {
          let place = sample * units + lane
          decaySlope[lane] += before[place] * carry[place]
          carry[place] *= decays[lane]
        }
      }
    }
  }

  /// Errors by the hidden layer's output into errors by its sums.
  @inline(__always)
  private func applySlope(_ ws: ELMWorkspace, _ layer: Int, _ row: Int) {
    let count = tileSamples * layout.firstLanes
    let errors = ws.hiddenErrors[layer].lanes + row * layout.firstLanes
    switch configuration.activation {
    case .relu:
      let output = ws.hidden[layer].lanes + row * layout.firstLanes
      for lane in 0..<count { errors[lane].replace(with: 0, where: output[lane] .<= 0) }
    case .silu:
      let slopes = ws.slopes[layer].lanes + row * layout.firstLanes
      for lane in 0..<count { errors[lane] *= slopes[lane] }
    }
  }

  /// Derivatives of a unit's decay and gain by the logarithm of its time constant.
  private func timeConstantSlopes(_ unit: Int) -> (byDecay: Float, byGain: Float) {
    let c = configuration
    let tau = exp(Double(parameters.scalars[layout.logTimeConstants * 16 + unit]))
    return (
      Float(MemoryTimeConstants.decaySlope(tau, step: c.timeStepMilliseconds)),
      Float(
        MemoryTimeConstants.gainSlope(
          c.gain, timeConstant: tau, lambda: c.lambda, step: c.timeStepMilliseconds))
    )
  }
}
