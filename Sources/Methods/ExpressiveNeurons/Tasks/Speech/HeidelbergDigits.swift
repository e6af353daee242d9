import NeuralData

/// The Spiking Heidelberg Digits from files.
public enum HeidelbergDigits {
  /// Reads digits from an npz archive: `times` in s and `units` `[spike]` of all digits one after the other, the number of
  /// spikes `counts` and the class `labels` `[digit]`.
  ///
  /// - Throws: `FileError`.
  public static func read(_ path: String) throws(FileError) -> [SpikingDigit] {
    let arrays = try NPZ.read(path)
    let counts: [Int] = try arrays.vector("counts", in: path)
    let labels: [Int] = try arrays.vector("labels", in: path, count: counts.count)
    let units: [Int] = try arrays.vector("units", in: path)
    let times = try arrays.member("times", in: path)
    guard times.shape == [units.count], let seconds = try? times.values(as: Double.self) else {
      throw FileError(
        .mismatched, path, at: "array 'times'", "its shape is \(times.shape)", expected: "[\(units.count)]")
    }
    var spikes = 0
    for (digit, count) in counts.enumerated() {
      guard count >= 0, count <= units.count - spikes else {
        throw FileError(
          .damaged, path, at: "digit \(digit)", "it is said to have \(count) spikes",
          expected: "0 to \(units.count - spikes), as are left")
      }
      spikes += count
    }
    guard spikes == units.count else {
      throw FileError(
        .damaged, path, at: "array 'counts'", "the digits have \(spikes) spikes", expected: "\(units.count)")
    }
    var start = 0
    var digits: [SpikingDigit] = []
    for (digit, count) in counts.enumerated() {
      let range = start..<(start + count)
      do {
        digits.append(
          try SpikingDigit(times: Array(seconds[range]), units: Array(units[range]), label: labels[digit]))
      } catch { throw FileError(.damaged, path, at: "digit \(digit)", error.description) }
      start += count
    }
    guard !digits.isEmpty else { throw FileError(.mismatched, path, "there are no digits") }
    return digits
  }

  /// Which samples of the training file the published experiments hold out: a fifth, by NumPy's generator of seed 0.
  public static func publishedValidation(count: Int) -> [Bool] {
    var generator = PCG64(seed: 0)
    // NumPy draws one binomial number by inversion: above 0.8 it is 1.
    return (0..<count).map { _ in generator.uniform() > 0.8 }
  }
}
