import Lanes

extension ELMEngine {
  func forward(_ sequences: [EventSequence], in workspace: SequenceWorkspace) {
    forward(sequences, in: workspace as! ELMWorkspace, memory: nil)
  }

  /// Outputs of up to ``tileSamples`` sequences of equal length.
  ///
  /// - Parameter memory: the memory at the start, `[sample, memory lane]`; at rest unless given.
  func forward(_ sequences: [EventSequence], in ws: ELMWorkspace, memory: UnsafePointer<Lane>?) {
    precondition((1...tileSamples).contains(sequences.count), "forward: one to four sequences")
    let steps = sequences[0].steps
    precondition(sequences.allSatisfy { $0.steps == steps && $0.channels == inputs }, "forward: one shape")
    begin(ws, steps: steps, memory: memory)
    if isProjected { driveColumns(sequences, ws) } else { driveBranches(sequences, ws) }
    recur(ws, steps: 0..<steps)
    read(ws)
  }

  /// Makes room for `steps` steps and sets the memory at their start.
  func begin(_ ws: ELMWorkspace, steps: Int, memory: UnsafePointer<Lane>? = nil) {
    ws.steps = steps
    let rows = steps * tileSamples
    let (first, units) = (layout.firstLanes, layout.memoryLanes)
    for buffer in ws.hidden { buffer.reserve(rows * first) }
    if configuration.activation == .silu { for buffer in ws.slopes { buffer.reserve(rows * first) } }
    ws.proposal.reserve(rows * units)
    ws.memory.reserve((rows + tileSamples) * units)
    ws.output.reserve(rows * layout.outputLanes)
    for lane in 0..<tileSamples * units { ws.memory.lanes[lane] = memory?[lane] ?? .zero }
  }

  /// The outputs of all steps.
  private func read(_ ws: ELMWorkspace) {
    let units = layout.memoryLanes
    Products.multiply(
      start: parameters.lanes + layout.readoutBias, x: ws.memory.scalars + tileSamples * units * 16,
      stride: units * 16, count: configuration.memoryUnits, rows: ws.steps * tileSamples,
      weights: parameters.lanes + layout.readout, width: layout.outputLanes, out: ws.output.lanes)
  }

  /// The memory's recurrence over some steps.
  func recur(_ ws: ELMWorkspace, steps: Range<Int>) {
    let c = configuration
    let (first, units) = (layout.firstLanes, layout.memoryLanes)
    let (decays, gains) = (decay.lanes, gain.lanes)
    let hidden = ws.hidden.map(\.lanes)
    let hiddenScalars = ws.hidden.map(\.scalars)
    let slopes = ws.slopes.map(\.lanes)
    let parameters = parameters.lanes
    let folded = foldedMemory.lanes
    let (proposals, memories) = (ws.proposal.lanes, ws.memory.lanes)
    let memoryScalars = ws.memory.scalars
    for step in steps {
      let row = step * tileSamples
      multiply(
        start: hidden[0] + row * first, startStride: first, x: memoryScalars + row * units * 16,
        stride: units * 16,
        count: c.memoryUnits, weights: folded, width: first, out: hidden[0] + row * first)
      let proposal = proposals + row * units
      if let last = layout.last {
        activate(hidden[0] + row * first, slopes[0] + row * first)
        var top = 0
        for place in layout.hidden {
          multiply(
            start: parameters + place.bias, startStride: 0, x: hiddenScalars[top] + row * first * 16,
            stride: first * 16, count: c.hiddenSize, weights: parameters + place.weight, width: first,
            out: hidden[top + 1] + row * first)
          top += 1
          activate(hidden[top] + row * first, slopes[top] + row * first)
        }
        multiply(
          start: parameters + last.bias, startStride: 0, x: hiddenScalars[top] + row * first * 16,
          stride: first * 16,
          count: c.hiddenSize, weights: parameters + last.weight, width: units, out: proposal)
      } else {
        proposal.update(from: hidden[0] + row * first, count: tileSamples * units)
      }
      let before = memories + row * units
      let after = before + tileSamples * units
      for sample in 0..<tileSamples {
        for lane in 0..<units {
          let place = sample * units + lane
          let value = scaledTanh(proposal[place])
          proposal[place] = value
          after[place] = before[place] * decays[lane] + gains[lane] * value
        }
      }
    }
  }

  /// The hidden layers' activation in place; for SiLU its slope too.
  @inline(__always)
  private func activate(_ row: UnsafeMutablePointer<Lane>, _ slopes: UnsafeMutablePointer<Lane>) {
    switch configuration.activation {
    case .relu:
      for lane in 0..<tileSamples * layout.firstLanes {
        row[lane].replace(with: 0, where: row[lane] .< 0)
      }
    case .silu:
      for lane in 0..<tileSamples * layout.firstLanes {
        let z = row[lane]
        let s = sigmoid(z)
        row[lane] = z * s
        slopes[lane] = s * (1 + z * (1 - s))
      }
    }
  }
}
