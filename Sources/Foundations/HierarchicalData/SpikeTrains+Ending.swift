import NeuralData

extension SpikeTrains {
  /// Reads spike trains from a file of any of the known forms, told by the ending of its name: `.npz`, `.csv`, `.csv.gz`
  /// or `.nwb`.
  ///
  /// - Throws: `FileError` for another ending, and whatever is wrong with the file.
  public static func read(_ path: String) throws(FileError) -> SpikeTrains {
    if path.hasSuffix(".nwb") { return try NWB.readUnits(path) }
    if path.hasSuffix(".npz") { return try read(npz: path) }
    if path.hasSuffix(".csv") || path.hasSuffix(".csv.gz") { return try read(csv: path) }
    throw FileError(
      .unsupported, path, "the ending tells no form of spike trains", expected: ".npz, .csv, .csv.gz or .nwb")
  }
}
