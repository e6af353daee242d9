import NeuralData

/// The published files of NeuronIO: pickles of Python 2 with `Params` and 128 simulations under `Results`.
public enum NeuronIOFile {
  /// Reads a file's simulations.
  ///
  /// Nothing of the file is executed. Read are `Params.allSegmentsType` for the number of segments, and of every dictionary
  /// in `Results.listOfSingleSimulationDicts` the entries `exInputSpikeTimes`, `inhInputSpikeTimes`, `somaVoltageLowRes`
  /// and `outputSpikeTimes`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - recomputesSpikes: whether output spikes come from `somaVoltageHighRes` instead of the stored times, which passed
  ///     through 16-bit floats.
  /// - Throws: `FileError` with the entry that is missing or unsound.
  public static func read(_ path: String, recomputesSpikes: Bool = false) throws(FileError)
    -> [NeuronIOSimulation]
  {
    let file = try Pickle.read(path)
    let reader = Reader(path: path)
    let segments = try reader.items("allSegmentsType", of: reader.entry("Params", of: file)).count
    let results = try reader.entry("Results", of: file)
    let simulations = try reader.items("listOfSingleSimulationDicts", of: results)
    guard !simulations.isEmpty else { throw FileError(.mismatched, path, "there are no simulations") }
    var read: [NeuronIOSimulation] = []
    for (number, simulation) in simulations.enumerated() {
      let place = "simulation \(number)"
      let times =
        recomputesSpikes
        ? NeuronIOSimulation.spikeTimes(
          inHighResolution: try reader.numbers("somaVoltageHighRes", of: simulation, at: place))
        : try reader.numbers("outputSpikeTimes", of: simulation, at: place)
      do {
        read.append(
          try NeuronIOSimulation(
            excitatory: try reader.spikes("exInputSpikeTimes", of: simulation, at: place),
            inhibitory: try reader.spikes("inhInputSpikeTimes", of: simulation, at: place),
            segments: segments, spikeTimes: times, timesAreHalfPrecision: !recomputesSpikes,
            voltage: try reader.numbers("somaVoltageLowRes", of: simulation, at: place)))
      } catch let error as ExpressiveNeuronError {
        throw FileError(.damaged, path, at: place, error.description)
      } catch let error as FileError {
        throw error
      } catch {
        throw FileError(.damaged, path, at: place, "\(error)")
      }
    }
    return read
  }

  private struct Reader {
    let path: String

    func entry(_ name: String, of value: Pickle.Value, at place: String? = nil) throws(FileError)
      -> Pickle.Value
    {
      guard let entry = value[name] else {
        throw FileError(
          .mismatched, path, at: place, "there is no entry '\(name)'", expected: "a file of NeuronIO")
      }
      return entry
    }

    func items(_ name: String, of value: Pickle.Value) throws(FileError) -> [Pickle.Value] {
      switch try entry(name, of: value) {
      case .list(let items), .tuple(let items): return items
      default: throw FileError(.mismatched, path, at: "entry '\(name)'", "it is no list")
      }
    }

    func numbers(_ name: String, of value: Pickle.Value, at place: String) throws(FileError) -> [Double] {
      guard case .array(let array) = try entry(name, of: value, at: place),
        let numbers = try? array.values(as: Double.self)
      else {
        throw FileError(.mismatched, path, at: "\(place), entry '\(name)'", "it is no array of numbers")
      }
      return numbers
    }

    /// Spike times in ms by segment.
    func spikes(_ name: String, of value: Pickle.Value, at place: String) throws(FileError) -> [Int: [Int]] {
      let place = "\(place), entry '\(name)'"
      guard case .dictionary(let entries) = try entry(name, of: value, at: place) else {
        throw FileError(.mismatched, path, at: place, "it is no dictionary")
      }
      var result: [Int: [Int]] = [:]
      for entry in entries {
        guard let segment = Self.whole(entry.key) else {
          throw FileError(.mismatched, path, at: place, "a key is no whole number", expected: "segments")
        }
        let times: [Int?]
        switch entry.value {
        case .list(let items), .tuple(let items): times = items.map(Self.whole)
        case .array(let array): times = (try? array.values(as: Int.self)) ?? [nil]
        default: times = [nil]
        }
        guard !times.contains(nil) else {
          throw FileError(
            .mismatched, path, at: place, "the times of segment \(segment) are no whole numbers",
            expected: "milliseconds")
        }
        result[segment] = times.compactMap { $0 }
      }
      return result
    }

    private static func whole(_ value: Pickle.Value) -> Int? {
      switch value {
      case .integer(let number): number
      case .number(let number): Int(exactly: number)
      case .array(let array): array.count == 1 ? (try? array.values(as: Int.self))?.first : nil
      default: nil
      }
    }
  }
}
