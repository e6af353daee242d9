import HierarchicalData
import NeuralData
import Spiking

extension TestBench {
  /// The test bench of a file of input spikes.
  ///
  /// Files of a recorded run (`rasters.npz`, `rasters.nwb`) hold them as the population `IN`; in any other file of spike
  /// trains (`.npz`, `.csv`, `.nwb`) unit i is cue line i, and unit C + i content line i.
  ///
  /// - Throws: `FileError` for a file that cannot be read, ``MemoryError`` as ``init(_:name:cues:contents:)``.
  public init(spikes path: String, cues: Int, contents: Int) throws {
    let lines = try Self.checked(cues: cues, contents: contents)
    var recorded: SpikeRaster?
    if path.hasSuffix(".nwb"), try NWB.readLabels(path, column: "population") != nil {
      recorded = try SpikeRaster.read(nwb: path, timeStep: 1)["IN"]
    } else if path.hasSuffix(".npz"), try NPZ.read(path).keys.contains("IN/size") {
      recorded = try SpikeRaster.read(path)["IN"]
    }
    guard let recorded else {
      let trains = try SpikeTrains.read(path)
      let raster: SpikeRaster
      do throws(SpikingError) {
        raster = try SpikeRaster(trains, neuronCount: lines, timeStep: 1)
      } catch {
        throw MemoryError.badEntry(
          path, error.description, expected: "units 0 to \(lines - 1) with spikes at whole steps of 1 ms")
      }
      try self.init(raster, name: path, cues: cues, contents: contents)
      return
    }
    try self.init(recorded, name: path, cues: cues, contents: contents)
  }

  /// The test bench of input spikes, step by step.
  ///
  /// - Parameters:
  ///   - raster: C cue lines, then N content lines; steps of 1 ms.
  ///   - name: of the spikes, for messages.
  /// - Throws: ``MemoryError`` for another number of lines, and spikes that are of no operation.
  public init(_ raster: SpikeRaster, name: String, cues: Int, contents: Int) throws(MemoryError) {
    let lines = try Self.checked(cues: cues, contents: contents)
    guard raster.neuronCount == lines else {
      throw .badEntry(
        name, "\(raster.neuronCount) lines", expected: "\(cues) cues and \(contents) content bits")
    }
    // Time for the last answer.
    let end = (raster.trains.compactMap(\.last).max() ?? 0) + 10
    guard end < Schedule.longest else {
      throw .badEntry(
        name, "the last spike comes at \(end - 10) ms", expected: "below \(Schedule.longest) ms")
    }
    simTime = max(end, min(raster.stepCount, Schedule.longest - 1))
    (cue, cont) = (Array(raster.trains[..<cues]), Array(raster.trains[cues...]))
    numOperations = 0
    do {
      numOperations = try schedule().operations.count
    } catch MemoryError.badEntry(let place, let problem, let expected) {
      throw .badEntry("\(name), \(place)", problem, expected: expected)
    }
  }

  private static func checked(cues: Int, contents: Int) throws(MemoryError) -> Int {
    for (name, count) in [("cues", cues), ("content bits", contents)] where !(1...65_536).contains(count) {
      throw .outOfRange("the number of \(name)", "\(count)", allowed: "1 to 65536")
    }
    return cues + contents
  }
}
