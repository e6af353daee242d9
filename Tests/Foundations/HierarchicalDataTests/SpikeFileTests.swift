import Foundation
import HierarchicalData
import NeuralData
import Testing

@Suite struct SpikeFileTests {
  @Test func unitsKeepTheirLabels() throws {
    let folder = try HDF5Tests.scratch()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let trains = try SpikeTrains(times: [[0.5], [], [1, 2]], interval: 0...3)
    let session = NWB.Session(identifier: "labels", description: "a simulation")
    let path = folder + "/a.nwb"
    try NWB.write(
      trains, labels: ["population": ["E", "E", "I"], "area": ["CA3", "", "CA1"]], session: session, to: path)
    #expect(try NWB.readUnits(path) == trains)
    #expect(try NWB.readLabels(path, column: "population") == ["E", "E", "I"])
    #expect(try NWB.readLabels(path, column: "area") == ["CA3", "", "CA1"])
    #expect(try NWB.readLabels(path, column: "depth") == nil)
    #expect(
      try HDF5File(path).attributeTexts("colnames", of: "/units") == [
        "spike_times", "obs_intervals", "area", "population",
      ])
  }

  @Test func endingsTellTheForm() throws {
    let folder = try HDF5Tests.scratch()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let trains = try SpikeTrains(times: [[0.5, 1.5], [1]], interval: 0...2)
    try trains.write(npz: folder + "/a.npz")
    try trains.write(csv: folder + "/a.csv")
    try NWB.write(trains, session: .init(identifier: "a", description: "b"), to: folder + "/a.nwb")
    for ending in ["npz", "nwb"] { #expect(try SpikeTrains.read(folder + "/a." + ending) == trains) }
    #expect(try SpikeTrains.read(folder + "/a.csv").times == trains.times)
    #expect(
      #expect(throws: FileError.self) { try SpikeTrains.read("a.xlsx") }?.description
        == "a.xlsx: the ending tells no form of spike trains; expected .npz, .csv, .csv.gz or .nwb")
  }
}
