import Lanes

/// One step at a time on inputs that are numbers instead of events, for neurons in a network; one number for each sample of a tile.
extension ELMEngine {
  /// Takes a step and returns the neuron's first output.
  ///
  /// - Parameters:
  ///   - input: what each input channel carries.
  ///   - ws: holds `step` steps already, and room for this one's trace.
  func step(_ step: Int, _ input: ArraySlice<SIMD4<Float>>, _ ws: ELMWorkspace) -> SIMD4<Float> {
    let (width, rows) = (cellLanes, step * tileSamples)
    let trace = ws.trace.lanes + rows * width
    for place in 0..<tileSamples * width {
      trace[place] =
        step == 0 ? .zero : trace[place - tileSamples * width] * traceDecay.lanes[place % width]
    }
    let scalars = ws.trace.scalars + rows * width * 16
    for (index, value) in input.enumerated() where value != .zero {
      for synapse in Int(synapses.offsets[index])..<Int(synapses.offsets[index + 1]) {
        let added = value * synapseStrength.scalars[synapse]
        let target = Int(synapses.trace[synapse])
        for sample in 0..<tileSamples { scalars[sample * width * 16 + target] += added[sample] }
      }
    }
    sumTraces(ws, rows: rows..<(rows + tileSamples))
    multiply(
      start: parameters.lanes + layout.firstBias, startStride: 0,
      x: branchValues(ws) + rows * layout.traceLanes * 16, stride: layout.traceLanes * 16,
      count: configuration.traces, weights: parameters.lanes + layout.firstTrace, width: layout.firstLanes,
      out: ws.hidden[0].lanes + rows * layout.firstLanes)
    recur(ws, steps: step..<(step + 1))
    let outs = layout.outputLanes
    multiply(
      start: parameters.lanes + layout.readoutBias, startStride: 0,
      x: ws.memory.scalars + (rows + tileSamples) * layout.memoryLanes * 16, stride: layout.memoryLanes * 16,
      count: configuration.memoryUnits, weights: parameters.lanes + layout.readout, width: outs,
      out: ws.output.lanes + rows * outs)
    var answer = SIMD4<Float>()
    for sample in 0..<tileSamples { answer[sample] = ws.output.scalars[(rows + sample) * outs * 16] }
    return answer
  }

  /// Takes a step back: the derivative by the synapses goes to `gradient`, that by the inputs to `sources`.
  ///
  /// The adjoint of the traces is carried in the workspace's first rows of trace errors, followed by a row of derivatives by
  /// their decays; weights' derivatives are for ``accumulateWeights(_:_:)`` when all steps are done.
  ///
  /// - Parameter error: derivative of the loss by the neuron's first output in this step.
  func stepBackwards(
    _ step: Int, _ error: SIMD4<Float>, _ input: ArraySlice<SIMD4<Float>>, _ ws: ELMWorkspace,
    into gradient: LaneBuffer, sources: inout [SIMD4<Float>]
  ) {
    let rows = step * tileSamples
    let (first, units, outs, cells) = (
      layout.firstLanes, layout.memoryLanes, layout.outputLanes, cellLanes
    )
    for sample in 0..<tileSamples {
      ws.outputGradient.scalars[(rows + sample) * outs * 16] = error[sample]
    }
    multiply(
      start: zeros.lanes, startStride: 0, x: ws.outputGradient.scalars + rows * outs * 16, stride: outs * 16,
      count: outputs, weights: readoutTransposed.lanes, width: units,
      out: ws.memoryErrors.lanes + rows * units)
    recurBackwards(ws, steps: step..<(step + 1))
    ws.branches.reserve((ws.steps + 1) * tileSamples * layout.traceLanes)
    // Behind the last step's values there is room for one step of errors.
    let byBranch = ws.branches.lanes + ws.steps * tileSamples * layout.traceLanes
    multiply(
      start: zeros.lanes, startStride: 0, x: ws.hiddenErrors[0].scalars + rows * first * 16,
      stride: first * 16, count: configuration.firstWidth, weights: traceTransposed.lanes,
      width: layout.traceLanes, out: byBranch)
    let errors = UnsafeMutableRawPointer(byBranch).assumingMemoryBound(to: Float.self)
    let adjoint = ws.traceErrors.scalars
    for place in 0..<tileSamples * cells { ws.traceErrors.lanes[place] *= traceDecay.lanes[place % cells] }
    for (cell, branch) in synapses.branch.enumerated() {
      for sample in 0..<tileSamples {
        adjoint[sample * cells * 16 + cell] += errors[sample * layout.traceLanes * 16 + Int(branch)]
      }
    }
    if configuration.learnsTraceTimeConstants, step > 0 {
      let before = ws.trace.lanes + (rows - tileSamples) * cells
      let slopes = ws.traceErrors.lanes + tileSamples * cells
      for place in 0..<tileSamples * cells {
        slopes[place % cells] += ws.traceErrors.lanes[place] * before[place]
      }
    }
    let slopes = gradient.scalars + layout.synapses * 16
    for (index, value) in input.enumerated() {
      for synapse in Int(synapses.offsets[index])..<Int(synapses.offsets[index + 1]) {
        let target = Int(synapses.trace[synapse])
        var error = SIMD4<Float>()
        for sample in 0..<tileSamples { error[sample] = adjoint[sample * cells * 16 + target] }
        let product = error * value
        slopes[Int(synapses.place[synapse])] += (product.x + product.y) + (product.z + product.w)
        sources[index] += error * synapseStrength.scalars[synapse]
      }
    }
  }
}
