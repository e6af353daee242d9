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
    ws.steps = steps
    let rows = steps * tileSamples
    let (first, units) = (layout.firstLanes, layout.memoryLanes)
    for buffer in ws.hidden { buffer.reserve(rows * first) }
    if configuration.activation == .silu { for buffer in ws.slopes { buffer.reserve(rows * first) } }
    ws.proposal.reserve(rows * units)
    ws.memory.reserve((rows + tileSamples) * units)
    ws.output.reserve(rows * layout.outputLanes)
    for lane in 0..<tileSamples * units { ws.memory.lanes[lane] = memory?[lane] ?? .zero }
    if isProjected { driveColumns(sequences, ws) } else { driveBranches(sequences, ws) }
    recur(ws)
    for step in 0..<steps {
      multiply(
        start: parameters.lanes + layout.readoutBias, startStride: 0,
        x: ws.memory.scalars + (step + 1) * tileSamples * units * 16, stride: units * 16,
        count: configuration.memoryUnits, weights: parameters.lanes + layout.readout,
        width: layout.outputLanes,
        out: ws.output.lanes + step * tileSamples * layout.outputLanes)
    }
  }

  /// Events into branch sums, their traces, and the traces' part of the first layer.
  private func driveBranches(_ sequences: [EventSequence], _ ws: ELMWorkspace) {
    let (width, first) = (layout.traceLanes, layout.firstLanes)
    let rows = ws.steps * tileSamples
    ws.trace.reserve(rows * width)
    let trace = ws.trace.lanes
    let scalars = ws.trace.scalars
    if sequences.count < tileSamples { trace.update(repeating: .zero, count: rows * width) }
    let strength = synapseStrength.scalars
    let decays = traceDecay.lanes
    synapseOffsets.withUnsafeBufferPointer { synapses in
      synapseTrace.withUnsafeBufferPointer { target in
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
                for synapse in Int(synapses[input])..<Int(synapses[input + 1]) {
                  place[Int(target[synapse])] += strength[synapse] * value
                }
              }
            }
          }
        }
      }
    }
    for step in 0..<ws.steps {
      multiply(
        start: parameters.lanes + layout.firstBias, startStride: 0,
        x: scalars + step * tileSamples * width * 16,
        stride: width * 16, count: configuration.traces, weights: parameters.lanes + layout.firstTrace,
        width: first,
        out: ws.hidden[0].lanes + step * tileSamples * first)
    }
  }

  /// Events into columns of the first layer and the traces of its sums.
  private func driveColumns(_ sequences: [EventSequence], _ ws: ELMWorkspace) {
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

  /// The memory's recurrence.
  private func recur(_ ws: ELMWorkspace) {
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
    for step in 0..<ws.steps {
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

extension EventSequence {
  /// The arrays' memory.
  @inline(__always)
  func withEvents(
    _ body: (UnsafePointer<Int32>, UnsafePointer<Int32>, UnsafePointer<Float>) -> Void
  ) {
    offsets.withUnsafeBufferPointer { offsets in
      channel.withUnsafeBufferPointer { channel in
        values.withUnsafeBufferPointer { values in
          guard let first = offsets.baseAddress else { return }
          // Without events there is nothing to read, and any address will do.
          let none = UnsafePointer<Int32>(first)
          body(
            first, channel.baseAddress ?? none,
            values.baseAddress ?? UnsafeRawPointer(none).assumingMemoryBound(to: Float.self))
        }
      }
    }
  }
}
