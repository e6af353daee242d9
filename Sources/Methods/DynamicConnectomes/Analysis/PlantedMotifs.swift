import Foundation
import Laboratory
import NeuralData

/// Planted motifs in a file.
public enum PlantedMotifs {
  /// Reads the `truth.json` of `neuropil connectome simulate`.
  ///
  /// - Parameter traces: the recordings in which the motifs were planted.
  /// - Throws: `FileError` when it is missing, not such a file, or of other recordings.
  public static func read(_ path: String, for traces: TraceSet) throws(FileError) -> [CalciumSimulation.Motif]
  {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FileError(.missing, path, "there is no such file", remedy: "check the path")
    }
    guard
      let motifs = try? JSONText.decode(
        [CalciumSimulation.Motif].self, from: String(decoding: data, as: UTF8.self)), !motifs.isEmpty
    else {
      throw FileError(
        .damaged, path, "does not hold planted motifs",
        expected: "the truth.json of 'neuropil connectome simulate'")
    }
    for (place, motif) in motifs.enumerated() {
      guard motif.on >= 0, motif.on < motif.off, motif.off <= traces.duration + 1e-9,
        motif.strengths.count == traces.animals.count
      else {
        throw FileError(
          .mismatched, path, at: "motif \(place + 1)",
          "lasts from \(motif.on) to \(motif.off) s and has a strength in \(motif.strengths.count) animals",
          expected: "a stretch within 0 to \(traces.duration) s and \(traces.animals.count) strengths",
          remedy: "give the truth.json of these recordings")
      }
    }
    return motifs
  }
}
