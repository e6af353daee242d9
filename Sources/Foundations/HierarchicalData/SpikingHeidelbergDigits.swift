import NeuralData

/// Spoken digits as spikes of 700 cochlear channels: the Spiking Heidelberg Digits (Cramer et al. 2022).
///
/// The files `shd_train.h5` and `shd_test.h5` are read as they are published, also those of the same form with other
/// words, such as the Spiking Speech Commands.
public struct SpikingHeidelbergDigits: Sendable, Hashable {
  /// One word.
  public struct Recording: Sendable, Hashable {
    /// Time of each spike in seconds.
    public var times: [Float]
    /// Channel of each spike, from 0.
    public var channels: [Int]
    /// What was said: its place in ``SpikingHeidelbergDigits/words``.
    public var label: Int
    /// Who spoke, when the file says so.
    public var speaker: Int?

    /// One word.
    public init(times: [Float], channels: [Int], label: Int, speaker: Int? = nil) {
      self.times = times
      self.channels = channels
      self.label = label
      self.speaker = speaker
    }
  }

  /// The recordings in the file's order.
  public var recordings: [Recording]
  /// The words by label; empty when the file does not name them.
  public var words: [String]

  /// Recordings and their words.
  public init(recordings: [Recording], words: [String] = []) {
    self.recordings = recordings
    self.words = words
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - range: which recordings; all unless given.
  ///   - channels: channels of the cochlea, which every spike must respect.
  /// - Throws: `FileError` when the file is of another form or its parts do not fit one another.
  public static func read(
    _ path: String, range: Range<Int>? = nil, channels: Int = 700
  ) throws(FileError) -> SpikingHeidelbergDigits {
    let file = try HDF5File(path)
    for dataset in ["spikes/times", "spikes/units", "labels"] where file.kind(of: dataset) != .dataset {
      throw FileError(
        .mismatched, path, "there is no dataset '\(dataset)'",
        expected: "a file of the Spiking Heidelberg Digits, such as shd_train.h5")
    }
    let times = try file.runs("spikes/times", rows: range)
    let units = try file.runs("spikes/units", rows: range)
    func integers(_ dataset: String) throws(FileError) -> [Int] {
      let array = try file.numbers(dataset, rows: range)
      do { return try array.values(as: Int.self) } catch {
        throw FileError(.damaged, path, at: "'\(dataset)'", error.description)
      }
    }
    let labels = try integers("labels")
    let speakers = file.kind(of: "extra/speaker") == .dataset ? try integers("extra/speaker") : nil
    guard units.count == times.count, labels.count == times.count,
      speakers?.count ?? times.count == times.count
    else {
      throw FileError(
        .damaged, path,
        "there are \(times.count) recordings of times, \(units.count) of channels and \(labels.count) labels",
        expected: "as many of each")
    }
    let words = file.kind(of: "extra/keys") == .dataset ? try file.texts("extra/keys") : []
    var recordings: [Recording] = []
    recordings.reserveCapacity(times.count)
    for index in times.indices {
      func damaged(_ problem: String, _ expected: String) -> FileError {
        FileError(
          .damaged, path, at: "recording \((range?.lowerBound ?? 0) + index)", problem, expected: expected)
      }
      guard let seconds = try? times[index].values(as: Float.self),
        let places = try? units[index].values(as: Int.self)
      else {
        throw damaged("its spikes are not in single precision and whole channels", "times and channels")
      }
      guard seconds.count == places.count else {
        throw damaged("it has \(seconds.count) times and \(places.count) channels", "as many of each")
      }
      if let wrong = places.first(where: { !(0..<channels).contains($0) }) {
        throw damaged("a spike is on channel \(wrong)", "0 to \(channels - 1)")
      }
      if let wrong = seconds.first(where: { !$0.isFinite || $0 < 0 }) {
        throw damaged("a spike is at \(wrong) s", "a time from 0 on")
      }
      guard labels[index] >= 0, words.isEmpty || labels[index] < words.count else {
        throw damaged("its label is \(labels[index])", "0 to \(words.count - 1)")
      }
      recordings.append(
        Recording(times: seconds, channels: places, label: labels[index], speaker: speakers?[index]))
    }
    return SpikingHeidelbergDigits(recordings: recordings, words: words)
  }
}
