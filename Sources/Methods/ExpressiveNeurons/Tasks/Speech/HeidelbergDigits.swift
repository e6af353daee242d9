import Foundation
import HierarchicalData
import NeuralData

/// The Spiking Heidelberg Digits from files.
public enum HeidelbergDigits {
  /// Reads digits from the published HDF5 files, `shd_train.h5` and `shd_test.h5`: `spikes/times` in s and `spikes/units`,
  /// ragged, `[digit][spike]`, and `labels` `[digit]`; compressed with gzip or not. From an npz archive: `times` and `units` `[spike]` of all digits one
  /// after the other, the number of spikes `counts` and the class `labels` `[digit]`.
  ///
  /// - Throws: `FileError` naming the digit and its first spike that cannot be.
  public static func read(_ path: String) throws(FileError) -> [SpikingDigit] {
    let digits = try path.lowercased().hasSuffix(".npz") ? readArchive(path) : readHierarchy(path)
    guard !digits.isEmpty else { throw FileError(.mismatched, path, "there are no digits") }
    return digits
  }

  private static func readHierarchy(_ path: String) throws(FileError) -> [SpikingDigit] {
    guard path.lowercased().hasSuffix(".gz") else { return try readHierarchy(HDF5File(path), path: path) }
    // The library reads from disk only.
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "neuropil-\(UUID().uuidString)")
    do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
      throw FileError(.cannotWrite, folder.path, "there is no room to unpack \(path)")
    }
    defer { try? FileManager.default.removeItem(at: folder) }
    let unpacked = folder.appendingPathComponent("digits.h5").path
    try AtomicFile.write(try FileBytes.contents(of: path), to: unpacked)
    return try readHierarchy(HDF5File(unpacked), path: path)
  }

  private static func readHierarchy(_ file: HDF5File, path: String) throws(FileError) -> [SpikingDigit] {
    let times = try file.runs("spikes/times")
    let units = try file.runs("spikes/units")
    guard let labels = try? file.numbers("labels").values(as: Int.self) else {
      throw FileError(.mismatched, path, at: "dataset 'labels'", "its numbers are not all whole")
    }
    guard times.count == units.count, labels.count == units.count else {
      throw FileError(
        .mismatched, path,
        "there are \(times.count) rows of times, \(units.count) of units and \(labels.count) labels",
        expected: "one of each for a digit")
    }
    return try units.indices.map { digit throws(FileError) in
      guard let seconds = try? times[digit].values(as: Double.self),
        let channels = try? units[digit].values(as: Int.self)
      else {
        throw FileError(
          .mismatched, path, at: "digit \(digit)", "its times are no numbers or its units are not whole")
      }
      return try make(digit, times: seconds, units: channels, label: labels[digit], path: path)
    }
  }

  private static func make(_ digit: Int, times: [Double], units: [Int], label: Int, path: String)
    throws(FileError) -> SpikingDigit
  {
    do { return try SpikingDigit(times: times, units: units, label: label) } catch {
      throw FileError(.damaged, path, at: "digit \(digit)", error.description)
    }
  }

  private static func readArchive(_ path: String) throws(FileError) -> [SpikingDigit] {
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
      digits.append(
        try make(
          digit, times: Array(seconds[range]), units: Array(units[range]), label: labels[digit], path: path))
      start += count
    }
    return digits
  }

  /// Which samples of the training file the published experiments hold out: a fifth, by NumPy's generator of seed 0.
  public static func publishedValidation(count: Int) -> [Bool] {
    var generator = PCG64(seed: 0)
    // NumPy draws one binomial number by inversion: above 0.8 it is 1.
    return (0..<count).map { _ in generator.uniform() > 0.8 }
  }
}
