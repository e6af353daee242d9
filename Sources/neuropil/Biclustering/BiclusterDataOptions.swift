import ArgumentParsing
import Biclustering
import HierarchicalData
import NeuralData

/// Where counts come from.
struct BiclusterDataOptions: ArgumentGroup {
  static var title: String { "DATA" }
  init() {}
  @Option("Counts, .csv or .npy.", valueName: "FILE", completion: .file) var counts: String?
  @Option(
    "Spike times instead: .csv with columns unit,time, .npz, or the units of an .nwb file; seconds.",
    valueName: "FILE", completion: .file) var spikes: String?
  @Option("Width of a bin of spike times, in seconds.") var binWidth = 0.5
  @Option("Where the first bin begins, in seconds; the recording's beginning unless given.") var from: Double?
  @Option("Where the last bin ends, in seconds; the recording's end unless given.") var until: Double?
  @Option("Leaves out units with fewer spikes a second.") var minimumRate = 0.0
  @Flag("Leaves out neurons that never fired.") var dropSilent

  /// The file that is read.
  func path() throws -> String {
    switch (counts, spikes) {
    case (let path?, nil), (nil, let path?): path
    case (nil, nil): throw UsageError("give --counts or --spikes")
    default: throw UsageError("--counts and --spikes exclude each other")
    }
  }

  /// The counts.
  func read() throws -> SpikeCounts {
    let path = try path()
    var table: SpikeCounts
    if counts != nil {
      table = try SpikeCounts.read(path)
    } else {
      let trains =
        path.hasSuffix(".nwb")
        ? try NWB.readUnits(path)
        : path.hasSuffix(".npz") ? try SpikeTrains.read(npz: path) : try SpikeTrains.read(csv: path)
      table =
        try SpikeCounts.binning(
          trains, width: binWidth, start: from, stop: until, minimumRate: minimumRate
        ).counts
    }
    if dropSilent { table = try table.withoutSilent().counts }
    return table
  }
}
