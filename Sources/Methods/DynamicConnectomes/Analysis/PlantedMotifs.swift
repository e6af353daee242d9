import Foundation
import Laboratory
import NeuralData

/// Planted motifs in a file.
public enum PlantedMotifs {
  /// Reads the `truth.json` of `neuropil connectome simulate`.
  ///
  /// - Throws: `FileError` when it is missing or not such a file.
  public static func read(_ path: String) throws(FileError) -> [CalciumSimulation.Motif] {
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
    return motifs
  }
}
