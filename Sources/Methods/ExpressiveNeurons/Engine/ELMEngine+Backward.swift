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

  /// The adjoint of the traces, read at the events.
  private func branchesBackwards(_ sequences: [EventSequence], _ ws: ELMWorkspace, _ gradient: LaneBuffer) {
    let (width, cells) = (layout.traceLanes, cellLanes)
    let rows = ws.steps * tileSamples
    ws.traceErrors.reserve(rows * width)
    Products.multiply(
      start: zeros.lanes, x: ws.hiddenErrors[0].scalars, stride: layout.firstLanes * 16,
      count: configuration.firstWidth, rows: rows, weights: traceTransposed.lanes, width: width,
      out: ws.traceErrors.lanes)
    let slopes = gradient.scalars + layout.synapses * 16
    let decays = traceDecay.lanes
    let learns = configuration.learnsTraceTimeConstants
    ws.scratch.reserve(2 * cells)
    let adjoint = ws.scratch.lanes
    let adjointScalars = ws.scratch.scalars
    let decaySlopes = adjoint + cells
    decaySlopes.update(repeating: .zero, count: cells)
    synapses.offsets.withUnsafeBufferPointer { first in
      synapses.trace.withUnsafeBufferPointer { target in
        synapses.place.withUnsafeBufferPointer { places in
          for (sample, sequence) in sequences.enumerated() {
            adjoint.update(repeating: .zero, count: cells)
            sequence.withEvents { offsets, channel, values in
              for step in stride(from: ws.steps - 1, through: 0, by: -1) {
                let row = step * tileSamples + sample
                let error = ws.traceErrors.lanes + row * width
                if synapses.sumsTraces {
                  let errors = ws.traceErrors.scalars + row * width * 16
                  for lane in 0..<cells { adjoint[lane] *= decays[lane] }
                  for (cell, branch) in synapses.branch.enumerated() {
                    adjointScalars[cell] += errors[Int(branch)]
                  }
                } else {
                  for lane in 0..<cells { adjoint[lane] = error[lane] + adjoint[lane] * decays[lane] }
                }
                if learns, step > 0 {
                  let before = ws.trace.lanes + (row - tileSamples) * cells
                  for lane in 0..<cells { decaySlopes[lane] += adjoint[lane] * before[lane] }
                }
                for event in Int(offsets[step])..<Int(offsets[step + 1]) {
                  let input = Int(channel[event])
                  let value = values[event]
                  for synapse in Int(first[input])..<Int(first[input + 1]) {
                    slopes[Int(places[synapse])] += adjointScalars[Int(target[synapse])] * value
                  }
                }
              }
            }
          }
        }
      }
    }
    if learns { addTraceTimeConstants(ws.scratch.scalars + cells * 16, gradient) }
  }

  /// Derivatives by the traces' decays into derivatives by the logarithms of their time constants.
  func addTraceTimeConstants(_ byDecay: UnsafePointer<Float>, _ gradient: LaneBuffer) {
    let logs = gradient.scalars + layout.logTraceTimeConstants * 16
    for (cell, constant) in synapses.timeConstant.enumerated() {
      logs[Int(constant)] +=
        byDecay[cell]
        * Float(
          MemoryTimeConstants.decaySlope(
            traceTimeConstant(Int(constant)), step: configuration.timeStepMilliseconds))
    }
  }

  /// The adjoint of the traces of the first layer's sums, read at the events.
  private func columnsBackwards(_ sequences: [EventSequence], _ ws: ELMWorkspace, _ gradient: LaneBuffer) {
    let first = layout.firstLanes
    let errors = ws.hiddenErrors[0].lanes
    let columns = parameters.lanes + layout.firstTrace
    let columnSlopes = gradient.lanes + layout.firstTrace
    let slopes = gradient.scalars + layout.synapses * 16
    let strength = synapseStrength.scalars
    let kappa = traceDecay.scalars[0]
    ws.scratch.reserve(first)
    let adjoint = ws.scratch.lanes
    for (sample, sequence) in sequences.enumerated() {
      for lane in 0..<first { adjoint[lane] = .zero }
      sequence.withEvents { offsets, channel, values in
        for step in stride(from: ws.steps - 1, through: 0, by: -1) {
          let row = errors + (step * tileSamples + sample) * first
          for lane in 0..<first { adjoint[lane] = row[lane] + adjoint[lane] * kappa }
          for event in Int(offsets[step])..<Int(offsets[step + 1]) {
            let input = Int(channel[event])
            let value = values[event]
            let weighted = strength[input] * value
            let (column, slope) = (columns + input * first, columnSlopes + input * first)
            var product = Lane.zero
            for lane in 0..<first {
              let a = adjoint[lane]
              product += column[lane] * a
              slope[lane] += a * weighted
            }
            slopes[input] += value * total(product)
          }
        }
      }
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
