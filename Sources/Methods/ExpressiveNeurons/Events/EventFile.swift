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

  static func sequence(
    _ arrays: [String: NumericArray], time: [Int], steps: Int, channels: Int, path: String
  ) throws(FileError) -> EventSequence {
    let channel: [Int] = try arrays.vector("channel", in: path, count: time.count)
    let values: [Float]? =
      arrays["value"] == nil ? nil : try arrays.numbers("value", in: path, shape: [time.count])
    // Offsets take memory for each step, so a step count far beyond the file is a mistake in it.
    guard steps <= 1 << 28 else {
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
    var time: [Int32] = []
    var start: Int32 = 0
    for sequence in sequences {
      for step in 0..<sequence.steps {
        time += [Int32](repeating: start + Int32(step), count: sequence.events(at: step).count)
      }
      start += Int32(sequence.steps)
    }
    var arrays = [
      "time": NumericArray(time), "channel": NumericArray(sequences.flatMap(\.channel)),
    ]
    let values = sequences.flatMap(\.values)
    if values.contains(where: { $0 != 1 }) { arrays["value"] = NumericArray(values) }
    return arrays
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
}
