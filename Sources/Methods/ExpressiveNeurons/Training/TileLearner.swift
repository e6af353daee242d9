import Lanes
import Probability

/// One sample of a batch, from a step of it on.
struct BatchMember: Sendable {
  var sample: Int
  var start: Int
}

extension [BatchMember] {
  /// Inputs of equal length with their targets.
  ///
  /// - Parameter window: steps of each; the longest sample's, the others going on in silence, unless given.
  func cut(from set: SequenceDataSet, window: Int?, burnIn: Int) -> ([EventSequence], [SequenceLoss.Target]) {
    let length = window ?? map { set.inputs[$0.sample].steps }.max()!
    let inputs = map { member in
      let whole = set.inputs[member.sample]
      return member.start == 0 && whole.steps == length
        ? whole : whole.window(from: member.start, length: length)
    }
    let targets = map { member -> SequenceLoss.Target in
      switch set.targets {
      case .traces(let traces, let outputs):
        // A shorter sample's trace ends before the others'; its steps beyond do not count.
        .trace(
          traces[member.sample], from: member.start, burnIn: burnIn,
          counted: Swift.min(length, traces[member.sample].count / outputs - member.start) - burnIn,
          isSpikeAndVoltage: set.voltage != nil)
      case .labels(let labels, _): .label(labels[member.sample], step: set.inputs[member.sample].steps - 1)
      }
    }
    return (inputs, targets)
  }
}

/// Loss and gradient of one tile of a batch.
struct TileLearner: Sendable {
  let engine: any SequenceEngine
  let plan: TrainingPlan
  let data: SequenceDataSet
  let seed: UInt64

  /// Adds the gradient to `gradient` and returns the loss.
  func learn(
    _ members: [BatchMember], place: Int, step: Int, weight: Float, in workspace: SequenceWorkspace,
    into gradient: LaneBuffer
  ) -> Double {
    var (inputs, targets) = members.cut(from: data, window: plan.window, burnIn: plan.burnIn)
    if plan.dropout > 0 {
      inputs = inputs.enumerated().map { index, input in
        var stream = RandomStream(seed: seed, "elm dropout", step, place + index)
        return input.dropping(plan.dropout, using: &stream)
      }
    }
    if plan.recurrentDropout > 0 {
      workspace.recurrentDropout = .init(
        share: plan.recurrentDropout,
        streams: inputs.indices.map {
          RandomStream(seed: seed, "elm recurrent dropout", step, place + $0)
        })
    }
    if let truncation = plan.truncation, truncation < inputs[0].steps, let engine = engine as? ELMEngine {
      return learn(inputs, targets, truncation, weight, engine, workspace as! ELMWorkspace, gradient)
    }
    engine.forward(inputs, in: workspace)
    let loss = engine.loss(targets, weight: weight, in: workspace, into: gradient)
    engine.backward(inputs, in: workspace, into: gradient)
    return loss
  }

  /// The same piece by piece: state goes on from piece to piece, errors do not.
  private func learn(
    _ inputs: [EventSequence], _ targets: [SequenceLoss.Target], _ truncation: Int, _ weight: Float,
    _ engine: ELMEngine, _ workspace: ELMWorkspace, _ gradient: LaneBuffer
  ) -> Double {
    let decay = Double(engine.traceDecay.scalars[0])
    var carried = [[Double]](repeating: [Double](repeating: 0, count: engine.inputs), count: inputs.count)
    var memory = LaneBuffer(tileSamples * engine.layout.memoryLanes)
    var loss = 0.0
    for start in stride(from: 0, to: inputs[0].steps, by: truncation) {
      let length = min(truncation, inputs[0].steps - start)
      let pieces = inputs.indices.map { sample in
        let piece = inputs[sample].window(from: start, length: length)
        defer { piece.decay(into: &carried[sample], by: decay) }
        return piece.preceded(by: carried[sample], decay: decay)
      }
      engine.forward(pieces, in: workspace, memory: memory.lanes)
      loss += SequenceLoss.apply(
        targets.map { $0.shifted(by: start) }, outputs: engine.outputs, weight: weight, in: workspace)
      engine.backward(pieces, in: workspace, into: gradient)
      let next = LaneBuffer(memory.count)
      next.lanes.update(from: workspace.memory.lanes + length * next.count, count: next.count)
      memory = next
    }
    return loss
  }
}

extension EventSequence {
  /// The events that are left when each goes with probability `rate`, grown to keep the expected sum.
  func dropping(_ rate: Double, using stream: inout RandomStream) -> EventSequence {
    var kept: [Int] = []
    var offsets: [Int32] = [0]
    for step in 0..<steps {
      for event in events(at: step) where stream.uniform() >= rate { kept.append(event) }
      offsets.append(Int32(kept.count))
    }
    let grow = Float(1 / (1 - rate))
    return EventSequence(
      steps: steps, channels: channels, offsets: offsets, channel: kept.map { channel[$0] },
      values: kept.map { values[$0] * grow })
  }

  /// What `traces` of the channels, before synaptic strength, have become after the sequence.
  func decay(into traces: inout [Double], by decay: Double) {
    for step in 0..<steps {
      for place in traces.indices { traces[place] *= decay }
      for event in events(at: step) { traces[Int(channel[event])] += Double(values[event]) }
    }
  }

  /// The sequence after a history that left `traces`: what is left of them enters as events of the first step.
  ///
  /// A trace's past is worth an event of its decayed size, so outputs and derivatives by the weights are exact.
  func preceded(by traces: [Double], decay: Double) -> EventSequence {
    let past = traces.indices.filter { abs(traces[$0]) > 1e-30 }
    guard steps > 0, !past.isEmpty else { return self }
    return EventSequence(
      steps: steps, channels: channels,
      offsets: offsets.enumerated().map { $0 == 0 ? 0 : $1 + Int32(past.count) },
      channel: past.map { Int32($0) } + channel, values: past.map { Float(traces[$0] * decay) } + values)
  }
}
