/// The input of a neuron over time as a list of events, ordered by step.
///
/// An event of value `v` on channel `c` at step `t` stands for `x[t, c] = v`; events of one channel and step add up.
/// Inhibitory input has negative values.
public struct EventSequence: Sendable, Hashable {
  /// Number of time steps.
  public let steps: Int
  /// Number of input channels.
  public let channels: Int
  /// Where each step's events begin, `[step + 1]`; the last is the number of events.
  public let offsets: [Int32]
  /// Channel of each event, `[event]`.
  public let channel: [Int32]
  /// Value of each event, `[event]`.
  public let values: [Float]

  /// Events in any order.
  ///
  /// - Parameters:
  ///   - time: step of each event, 0 ..< `steps`.
  ///   - channel: channel of each event, 0 ..< `channels`.
  ///   - values: value of each event; 1 unless given.
  ///   - steps: number of steps, 0 or more.
  ///   - channels: number of channels, 1 or more.
  /// - Throws: ``ExpressiveNeuronError`` naming the first event that lies outside or is not finite.
  public init(time: [Int], channel: [Int], values: [Float]? = nil, steps: Int, channels: Int)
    throws(ExpressiveNeuronError)
  {
    guard steps >= 0, steps < Int(Int32.max) else {
      throw .outOfRange(name: "steps", value: "\(steps)", allowed: "0 to \(Int32.max - 1)")
    }
    guard channels >= 1, channels < Int(Int32.max) else {
      throw .outOfRange(name: "channels", value: "\(channels)", allowed: "1 to \(Int32.max - 1)")
    }
    guard time.count == channel.count, values == nil || values!.count == time.count, time.count < Int32.max
    else {
      throw .badData(
        "there are \(time.count) times, \(channel.count) channels and \(values?.count ?? time.count) values, but each event has one of each"
      )
    }
    var offsets = [Int32](repeating: 0, count: steps + 1)
    for event in time.indices {
      guard time[event] >= 0, time[event] < steps else {
        throw .badData("event \(event) is at step \(time[event]), but there are steps 0 to \(steps - 1)")
      }
      guard channel[event] >= 0, channel[event] < channels else {
        throw .badData(
          "event \(event) is on channel \(channel[event]), but there are channels 0 to \(channels - 1)")
      }
      if let values, !values[event].isFinite {
        throw .badData(
          "event \(event) (step \(time[event]), channel \(channel[event])) has value \(values[event])")
      }
      offsets[time[event] + 1] += 1
    }
    for step in 0..<steps { offsets[step + 1] += offsets[step] }
    var next = offsets
    var sorted = [Int32](repeating: 0, count: time.count)
    var sortedValues = [Float](repeating: 1, count: time.count)
    for event in time.indices {
      let place = Int(next[time[event]])
      next[time[event]] += 1
      sorted[place] = Int32(channel[event])
      if let values { sortedValues[place] = values[event] }
    }
    self.init(steps: steps, channels: channels, offsets: offsets, channel: sorted, values: sortedValues)
  }

  /// Events that are known to be sound and in order.
  init(steps: Int, channels: Int, offsets: [Int32], channel: [Int32], values: [Float]) {
    (self.steps, self.channels, self.offsets) = (steps, channels, offsets)
    (self.channel, self.values) = (channel, values)
  }

  /// The events of a dense input, `[step, channel]`: its numbers other than zero.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when a number is not finite or the numbers do not fill the shape.
  public init(dense: [Float], steps: Int, channels: Int) throws(ExpressiveNeuronError) {
    guard dense.count == steps * channels else {
      throw .badData("\(dense.count) numbers do not fill \(steps) steps of \(channels) channels")
    }
    let places = dense.indices.filter { dense[$0] != 0 }
    try self.init(
      time: places.map { $0 / channels }, channel: places.map { $0 % channels },
      values: places.map { dense[$0] },
      steps: steps, channels: channels)
  }

  /// Number of events.
  public var count: Int { channel.count }

  /// Places of one step's events in ``channel`` and ``values``.
  public func events(at step: Int) -> Range<Int> { Int(offsets[step])..<Int(offsets[step + 1]) }

  /// The numbers as an array, `[step, channel]`.
  public var dense: [Float] {
    var result = [Float](repeating: 0, count: steps * channels)
    for step in 0..<steps {
      for event in events(at: step) { result[step * channels + Int(channel[event])] += values[event] }
    }
    return result
  }

  /// The events of `length` steps from `start` on; steps beyond the end have no events.
  public func window(from start: Int, length: Int) -> EventSequence {
    precondition(start >= 0 && start <= steps && length >= 0, "window: the start must lie in the sequence")
    let end = min(steps, start + length)
    let first = offsets[start]
    var cut = offsets[start...end].map { $0 - first }
    cut += [Int32](repeating: cut.last!, count: length - (end - start))
    let range = Int(first)..<Int(offsets[end])
    return EventSequence(
      steps: length, channels: channels, offsets: cut, channel: Array(channel[range]),
      values: Array(values[range]))
  }
}

/// Inputs of several samples that are computed together: the same number of steps and channels each.
public struct EventBatch: Sendable, Hashable {
  /// The samples.
  public let sequences: [EventSequence]
  /// Number of time steps.
  public let steps: Int
  /// Number of input channels.
  public let channels: Int

  /// Sequences of one shape.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when there are none or one has another shape than the first.
  public init(_ sequences: [EventSequence]) throws(ExpressiveNeuronError) {
    guard let first = sequences.first else { throw .badData("a batch needs at least one sequence") }
    for (index, sequence) in sequences.enumerated()
    where sequence.steps != first.steps || sequence.channels != first.channels {
      throw .badData(
        "sequence \(index) of the batch has \(sequence.steps) steps of \(sequence.channels) channels, but the first has \(first.steps) of \(first.channels)"
      )
    }
    (self.sequences, steps, channels) = (sequences, first.steps, first.channels)
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
