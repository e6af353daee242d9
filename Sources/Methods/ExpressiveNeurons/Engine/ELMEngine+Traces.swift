import Lanes

/// From events through the traces to the first layer's sums, and back.
extension ELMEngine {
  /// Events into traces, and the branches' part of the first layer.
  func driveBranches(_ sequences: [EventSequence], _ ws: ELMWorkspace) {
    let width = cellLanes
    let rows = ws.steps * tileSamples
    ws.trace.reserve(rows * width)
    let trace = ws.trace.lanes
    let scalars = ws.trace.scalars
    if sequences.count < tileSamples { trace.update(repeating: .zero, count: rows * width) }
    let strength = synapseStrength.scalars
    let decays = traceDecay.lanes
    synapses.offsets.withUnsafeBufferPointer { first in
      synapses.trace.withUnsafeBufferPointer { target in
        for (sample, sequence) in sequences.enumerated() {
          sequence.withEvents { offsets, channel, values in
            for step in 0..<ws.steps {
              let row = (step * tileSamples + sample) * width
              if step == 0 {
                for lane in 0..<width { trace[row + lane] = .zero }
              } else {
                let before = row - tileSamples * width
                for lane in 0..<width { trace[row + lane] = trace[before + lane] * decays[lane] }
              }
              let place = scalars + row * 16
              for event in Int(offsets[step])..<Int(offsets[step + 1]) {
                let input = Int(channel[event])
                let value = values[event]
                for synapse in Int(first[input])..<Int(first[input + 1]) {
                  place[Int(target[synapse])] += strength[synapse] * value
                }
              }
            }
          }
        }
      }
    }
    sumTraces(ws, rows: 0..<rows)
    Products.multiply(
      start: parameters.lanes + layout.firstBias, x: branchValues(ws), stride: layout.traceLanes * 16,
      count: configuration.traces, rows: rows, weights: parameters.lanes + layout.firstTrace,
      width: layout.firstLanes, out: ws.hidden[0].lanes)
  }

  /// Values of the branches, `[step, sample, branch lane]`.
  func branchValues(_ ws: ELMWorkspace) -> UnsafeMutablePointer<Float> {
    synapses.sumsTraces ? ws.branches.scalars : ws.trace.scalars
  }

  /// Sums the traces of each branch where there are several.
  func sumTraces(_ ws: ELMWorkspace, rows: Range<Int>) {
    guard synapses.sumsTraces else { return }
    let width = layout.traceLanes
    ws.branches.reserve((ws.steps + 1) * tileSamples * width)
    for row in rows {
      let (from, to) = (ws.trace.scalars + row * cellLanes * 16, ws.branches.scalars + row * width * 16)
      to.update(repeating: 0, count: width * 16)
      for (cell, branch) in synapses.branch.enumerated() { to[Int(branch)] += from[cell] }
    }
  }

  /// Events into columns of the first layer and the traces of its sums.
  func driveColumns(_ sequences: [EventSequence], _ ws: ELMWorkspace) {
    let first = layout.firstLanes
    let out = ws.hidden[0].lanes
    let bias = parameters.lanes + layout.firstBias
    let columns = parameters.lanes + layout.firstTrace
    let strength = synapseStrength.scalars
    let kappa = traceDecay.scalars[0]
    ws.scratch.reserve(first)
    let trace = ws.scratch.lanes
    for sample in 0..<tileSamples {
      for lane in 0..<first { trace[lane] = .zero }
      guard sample < sequences.count else {
        for step in 0..<ws.steps {
          for lane in 0..<first { out[(step * tileSamples + sample) * first + lane] = bias[lane] }
        }
        continue
      }
      sequences[sample].withEvents { offsets, channel, values in
        for step in 0..<ws.steps {
          for lane in 0..<first { trace[lane] *= kappa }
          for event in Int(offsets[step])..<Int(offsets[step + 1]) {
            let input = Int(channel[event])
            let value = strength[input] * values[event]
            let column = columns + input * first
            for lane in 0..<first { trace[lane] += column[lane] * value }
          }
          let row = out + (step * tileSamples + sample) * first
          for lane in 0..<first { row[lane] = trace[lane] + bias[lane] }
        }
      }
    }
  }

  /// The adjoint of the traces, read at the events.
  func branchesBackwards(_ sequences: [EventSequence], _ ws: ELMWorkspace, _ gradient: LaneBuffer) {
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
  func columnsBackwards(_ sequences: [EventSequence], _ ws: ELMWorkspace, _ gradient: LaneBuffer) {
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
}
