import NeuralData

/// Files of events: npz archives with whole numbers `time` and `channel` `[event]`, an optional `value` `[event]`, and
/// `shape` = (steps, channels).
public enum EventFile {
  /// Reads one sequence.
  ///
  /// - Throws: `FileError`.
  public static func read(_ path: String) throws(FileError) -> EventSequence {
    let arrays = try NPZ.read(path)
    let shape: [Int] = try arrays.vector(
      "shape", in: path, count: 2, expected: "two numbers: steps and channels")
    let time: [Int] = try arrays.vector("time", in: path)
    return try sequence(arrays, time: time, steps: shape[0], channels: shape[1], path: path)
  }

  /// Writes one sequence, atomically; values are left out where all are 1.
  public static func write(_ events: EventSequence, to path: String) throws(FileError) {
    var arrays = members(of: [events])
    arrays["shape"] = NumericArray([events.steps, events.channels])
    try NPZ.write(arrays, to: path, compressed: true)
  }

  /// Reads one sequence, or several: an archive with `steps` `[sample]` and `channels` instead of `shape`, whose `time` counts
  /// through all samples one after the other, as data sets have it.
  ///
  /// - Throws: `FileError`.
  public static func readAll(_ path: String) throws(FileError) -> [EventSequence] {
    let arrays = try NPZ.read(path)
    return arrays["steps"] == nil ? [try read(path)] : try sequences(arrays, path: path)
  }

  /// Sequences one after the other.
  static func sequences(_ arrays: [String: NumericArray], path: String) throws(FileError) -> [EventSequence] {
    let steps: [Int] = try arrays.vector("steps", in: path)
    let time: [Int] = try arrays.vector("time", in: path)
    let channel: [Int] = try arrays.vector("channel", in: path, count: time.count)
    let channels = try arrays.scalar("channels", in: path)
    let values: [Float]? =
      arrays["value"] == nil ? nil : try arrays.numbers("value", in: path, shape: [time.count])
    guard !steps.isEmpty else {
      throw FileError(.damaged, path, at: "array 'steps'", "there are no sequences")
    }
    var starts = [0]
    for (sample, length) in steps.enumerated() {
      guard length >= 0, length <= mostSteps, starts[sample] <= Int.max - length else {
        throw FileError(
          .damaged, path, at: "array 'steps'", "sample \(sample) is said to have \(length) steps")
      }
      starts.append(starts[sample] + length)
    }
    // Steps take memory, so far more of them than events and answers could fill are a mistake in the file.
    let most = 1 << 26 + 64 * (time.count + (arrays["target"]?.shape.first ?? 0))
    guard starts.last! <= most else {
      throw FileError(
        .damaged, path, at: "array 'steps'",
        "there are said to be \(starts.last!) steps for \(time.count) events")
    }
    var events = [[Int]](repeating: [], count: steps.count)
    var sample = 0
    for (event, at) in time.enumerated() {
      guard at >= 0, at < starts.last! else {
        throw FileError(
          .damaged, path, "event \(event) is at step \(at), but there are steps 0 to \(starts.last! - 1)")
      }
      // Events mostly come in order; otherwise their sample is searched for.
      if at < starts[sample] || at >= starts[sample + 1] {
        var (low, high) = (0, steps.count)
        while high - low > 1 {
          let middle = (low + high) / 2
          if starts[middle] <= at { low = middle } else { high = middle }
        }
        sample = low
      }
      events[sample].append(event)
    }
    return try events.indices.map { sample throws(FileError) in
      let own = events[sample]
      do throws(ExpressiveNeuronError) {
        return try EventSequence(
          time: own.map { time[$0] - starts[sample] }, channel: own.map { channel[$0] },
          values: values.map { values in own.map { values[$0] } }, steps: steps[sample], channels: channels)
      } catch { throw FileError(.damaged, path, at: "sample \(sample)", error.description) }
    }
  }

  /// Most steps of a sequence.
  private static let mostSteps = 1 << 28

  private static func sequence(
    _ arrays: [String: NumericArray], time: [Int], steps: Int, channels: Int, path: String
  ) throws(FileError) -> EventSequence {
    let channel: [Int] = try arrays.vector("channel", in: path, count: time.count)
    let values: [Float]? =
      arrays["value"] == nil ? nil : try arrays.numbers("value", in: path, shape: [time.count])
    // Offsets take memory for each step, so a step count far beyond the file is a mistake in it.
    guard steps <= mostSteps else {
      throw FileError(.damaged, path, at: "array 'shape'", "there are said to be \(steps) steps")
    }
    do {
      return try EventSequence(time: time, channel: channel, values: values, steps: steps, channels: channels)
    } catch {
      throw FileError(.damaged, path, error.description)
    }
  }

  /// `time`, `channel` and, where it is not all 1, `value` of all sequences one after the other.
  static func members(of sequences: [EventSequence]) -> [String: NumericArray] {
    let total = sequences.reduce(0) { $0 + $1.steps }
    var arrays = [
      "time": total <= Int(Int32.max)
        ? NumericArray(times(of: sequences, as: Int32.self))
        : NumericArray(times(of: sequences, as: Int.self)),
      "channel": NumericArray(sequences.flatMap(\.channel)),
    ]
    let values = sequences.flatMap(\.values)
    if values.contains(where: { $0 != 1 }) { arrays["value"] = NumericArray(values) }
    return arrays
  }

  /// The step of every event, counted through all sequences.
  private static func times<Integer: FixedWidthInteger>(of sequences: [EventSequence], as type: Integer.Type)
    -> [Integer]
  {
    var time: [Integer] = []
    time.reserveCapacity(sequences.reduce(0) { $0 + $1.count })
    var start = 0
    for sequence in sequences {
      for step in 0..<sequence.steps {
        for _ in sequence.events(at: step) { time.append(Integer(start + step)) }
      }
      start += sequence.steps
    }
    return time
  }
}

extension [String: NumericArray] {
  /// An array that must be there.
  func member(_ name: String, in path: String) throws(FileError) -> NumericArray {
    guard let array = self[name] else {
      let names = keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
      throw FileError(
        .mismatched, path, "array '\(name)' is missing",
        expected: "'\(name)' among \(names.isEmpty ? "none" : names)")
    }
    return array
  }

  /// Whole numbers `[count]`.
  func vector<Integer: FixedWidthInteger>(
    _ name: String, in path: String, count: Int? = nil, expected: String? = nil
  ) throws(FileError) -> [Integer] {
    let array = try member(name, in: path)
    guard array.shape.count == 1, count == nil || array.count == count else {
      throw FileError(
        .mismatched, path, at: "array '\(name)'", "its shape is \(array.shape)",
        expected: expected ?? (count.map { "[\($0)]" } ?? "one dimension"))
    }
    do { return try array.values(as: Integer.self) } catch {
      throw FileError(.mismatched, path, at: "array '\(name)'", error.description, expected: "whole numbers")
    }
  }

  /// Numbers of a known shape, rounded to single precision.
  func numbers(_ name: String, in path: String, shape: [Int]) throws(FileError) -> [Float] {
    let array = try member(name, in: path)
    guard array.shape == shape else {
      throw FileError(
        .mismatched, path, at: "array '\(name)'", "its shape is \(array.shape)", expected: "\(shape)")
    }
    do { return try array.values(as: Double.self).map { Float($0) } } catch {
      throw FileError(.mismatched, path, at: "array '\(name)'", error.description)
    }
  }

  /// One whole number.
  func scalar(_ name: String, in path: String) throws(FileError) -> Int {
    let array = try member(name, in: path)
    guard array.count == 1, let value = try? array.values(as: Int.self)[0] else {
      throw FileError(
        .mismatched, path, at: "array '\(name)'", "its shape is \(array.shape)", expected: "one whole number")
    }
    return value
  }
}
