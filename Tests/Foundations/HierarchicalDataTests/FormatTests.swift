import Foundation
import HierarchicalData
import NeuralData
import Testing

@Suite struct FormatTests {
  private func message(_ read: () throws -> Void) -> String? {
    #expect(throws: FileError.self) { try read() }?.description
  }

  @Test func unitsThatPyNWBWrote() throws {
    let trains = try NWB.readUnits(HDF5Tests.fixture("units.nwb"))
    #expect(trains.units == [7, 9, 8])
    #expect(trains.times == [[0.5, 1.25], [], [2]])
    #expect(trains.interval == 0...4)
    #expect(try NWB.readUnits(HDF5Tests.fixture("units.nwb"), interval: 0...2.5).interval == 0...2.5)
  }

  @Test func unitsKeepTheirSpikes() throws {
    let folder = try HDF5Tests.scratch()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let trains = try SpikeTrains(times: [[0.1, 2.5], [], [-0.5]], units: [3, 1, 2], interval: -1...3)
    let session = NWB.Session(identifier: "run 1", description: "a simulation")
    try NWB.write(trains, session: session, to: folder + "/a.nwb")
    #expect(try NWB.readUnits(folder + "/a.nwb") == trains)
    let file = try HDF5File(folder + "/a.nwb")
    #expect(try file.attributeTexts("neurodata_type", of: "/") == ["NWBFile"])
    #expect(try file.attributeReferences("target", of: "/units/spike_times_index") == ["/units/spike_times"])
    #expect(try file.attributeTexts("colnames", of: "/units") == ["spike_times", "obs_intervals"])
    #expect(try file.texts("/session_description") == ["a simulation"])
    var names: Set<String> = []
    for object in ["/", "/units", "/units/id", "/units/spike_times", "/units/spike_times_index"] {
      let name = try #require(file.attributeTexts("object_id", of: object).first)
      #expect(UUID(uuidString: name) != nil)
      names.insert(name)
    }
    #expect(names.count == 5)
    let none = try SpikeTrains(times: [])
    try NWB.write(none, session: session, to: folder + "/none.nwb")
    #expect(try NWB.readUnits(folder + "/none.nwb").units.isEmpty)
  }

  @Test func filesWithoutUnits() throws {
    let path = try HDF5Tests.fixture("kinds.h5")
    #expect(
      message { _ = try NWB.readUnits(path) }
        == "\(path): there are no spike trains; expected an NWB file with '/units/spike_times'")
  }

  @Test func spokenDigits() throws {
    let path = try HDF5Tests.fixture("digits.h5")
    let digits = try SpikingHeidelbergDigits.read(path)
    #expect(digits.words == ["zero", "one", "zwei"])
    #expect(
      digits.recordings == [
        .init(times: [0.25, 0.5], channels: [3, 699], label: 0, speaker: 4),
        .init(times: [], channels: [], label: 2, speaker: 4),
        .init(times: [1], channels: [0], label: 1, speaker: 9),
      ])
    #expect(try SpikingHeidelbergDigits.read(path, range: 1..<3).recordings.map(\.label) == [2, 1])
    #expect(
      message { _ = try SpikingHeidelbergDigits.read(path, channels: 100) }
        == "\(path), recording 0: a spike is on channel 699; expected 0 to 99")
    let other = try HDF5Tests.fixture("kinds.h5")
    #expect(
      message { _ = try SpikingHeidelbergDigits.read(other) }
        == "\(other): there is no dataset 'spikes/times'; expected a file of the Spiking Heidelberg Digits, such as shd_train.h5"
    )
  }
}
