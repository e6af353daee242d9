import Foundation
import HierarchicalData
import NeuralData

/// Recordings in the MATLAB layout of the NeuroPAL data of Yemini and others (2021), as `Head_Activity_OH16230.mat` has it.
///
/// `neurons` names the classes, `norm_traces` holds for each a row of traces, left ones of all animals first and then right ones,
/// empty where the neuron was not found; `fps` is the rate, `files` names the animals, and `stim_names`, `stim_times` (on and off in
/// seconds) and `stims` (the order in each animal, from 1) say what was shown.
public struct NeuroPALRecording: Sendable, Hashable {
  /// The traces; classes with left and right traces get `L` and `R` behind their names.
  public let recordings: [TraceSet.Recording]
  /// The stimuli; empty when the file has none.
  public let schedule: StimulusSchedule

  /// Reads a file, of any version of the format.
  ///
  /// - Throws: `FileError` that names the variable.
  public static func read(_ path: String) throws -> NeuroPALRecording {
    let variables = try MATLABFile.read(path)
    func need(_ name: String) throws(FileError) -> MATLABFile.Value {
      guard let value = variables[name] else {
        throw FileError(
          .mismatched, path, "there is no variable '\(name)'",
          expected: "neurons, norm_traces, fps and files, as in the NeuroPAL recordings")
      }
      return value
    }
    func wrong(_ name: String, _ problem: String) -> FileError {
      FileError(.mismatched, path, at: "variable '\(name)'", problem)
    }
    guard let neurons = try need("neurons").texts else { throw wrong("neurons", "holds no names") }
    guard let rate = try need("fps").numbers?.first, rate > 0, rate.isFinite else {
      throw wrong("fps", "is no positive number")
    }
    guard let files = try need("files").texts, !files.isEmpty else { throw wrong("files", "holds no names") }
    guard let rows = rows(try need("norm_traces")), rows.count == neurons.count else {
      throw wrong("norm_traces", "does not have a row of cells for each of \(neurons.count) neurons")
    }
    var recordings: [TraceSet.Recording] = []
    for (neuron, traces) in zip(neurons, rows) {
      guard traces.count == files.count || traces.count == 2 * files.count else {
        throw wrong(
          "norm_traces",
          "neuron '\(neuron)' does not have one or two traces for each of \(files.count) animals")
      }
      let isPaired = traces.count == 2 * files.count
      let hasRight = isPaired && traces[files.count...].contains { !($0.numbers ?? []).isEmpty }
      for (place, trace) in traces.enumerated() {
        guard let samples = trace.numbers, !samples.isEmpty else { continue }
        let side = hasRight ? (place < files.count ? "L" : "R") : ""
        recordings.append(
          TraceSet.Recording(
            animal: files[place % files.count], neuron: neuron + side, rate: rate,
            samples: samples.map { $0.isFinite ? $0 : .nan }))
      }
    }
    guard !recordings.isEmpty else { throw wrong("norm_traces", "holds no traces") }
    return NeuroPALRecording(
      recordings: recordings, schedule: try schedule(variables, files: files, path: path))
  }

  /// The cells of each neuron, whether they stand in a cell of their own or in a row of one large array.
  private static func rows(_ value: MATLABFile.Value) -> [[MATLABFile.Value]]? {
    guard let cells = value.cells else { return nil }
    let nested = cells.map(\.cells)
    if nested.allSatisfy({ $0 != nil }) { return nested.map { $0 ?? [] } }
    guard value.shape.count == 2, value.shape[0] > 0 else { return nil }
    return (0..<value.shape[0]).map { row in
      Array(cells[(row * value.shape[1])..<((row + 1) * value.shape[1])])
    }
  }

  private static func schedule(_ variables: [String: MATLABFile.Value], files: [String], path: String)
    throws(FileError) -> StimulusSchedule
  {
    guard let names = variables["stim_names"]?.texts, let times = variables["stim_times"]?.numbers,
      let orders = variables["stims"]?.numbers
    else { return StimulusSchedule([]) }
    let count = names.count
    guard times.count == 2 * count, orders.count == files.count * count else {
      throw FileError(
        .mismatched, path, at: "variables 'stim_times' and 'stims'",
        "their sizes do not fit \(count) stimuli and \(files.count) animals")
    }
    var windows: [StimulusSchedule.Window] = []
    for (animal, file) in files.enumerated() {
      for place in 0..<count {
        let order = orders[animal * count + place]
        guard order >= 1, order <= Double(count), order == order.rounded() else {
          throw FileError(
            .damaged, path, at: "variable 'stims'", "\(order) is not the number of a stimulus",
            expected: "1 to \(count)")
        }
        windows.append(
          .init(
            stimulus: names[Int(order) - 1], on: times[2 * place], off: times[2 * place + 1], animal: file))
      }
    }
    return StimulusSchedule(windows)
  }
}
