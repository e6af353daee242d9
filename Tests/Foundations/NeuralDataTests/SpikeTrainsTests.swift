import NeuralData
import Testing

@Suite struct SpikeTrainsTests {
  private func message(_ read: () throws -> Void) -> String? {
    (#expect(throws: (any Error).self) { try read() } as? any ReportableError)?.description
  }

  @Test func trainsAreSortedAndSpanTheirSpikes() throws {
    let trains = try SpikeTrains(times: [[0.3, 0.1], [], [2]], units: [7, 9, 4])
    #expect(trains.times == [[0.1, 0.3], [], [2]])
    #expect(trains.interval == 0...2)
    #expect(trains.count == 3)
    #expect(try SpikeTrains(times: [[-1]]).interval == -1...0)
  }

  @Test func refusals() {
    #expect(
      message { _ = try SpikeTrains(times: [[1]], units: [1, 2]) }
        == "there are 2 units and 1 spike trains; expected as many")
    #expect(
      message { _ = try SpikeTrains(times: [[], []], units: [3, 3]) }
        == "a unit is listed twice; expected each identifier once")
    #expect(
      message { _ = try SpikeTrains(times: [[0.5, 2]], interval: 0...1) }
        == "unit 0 has a spike at 2.0 s; expected 0.0 to 1.0 s")
    #expect(
      message { _ = try SpikeTrains(times: [[.nan]]) } == "unit 0 has a spike at nan s; expected finite times"
    )
  }

  @Test func binsHoldWhatLiesInThem() throws {
    let trains = try SpikeTrains(times: [[0, 0.05, 0.1, 3 * 0.1, 7 * 0.1, 1], [0.999]], interval: 0...1)
    let raster = trains.raster(binWidth: 0.1)
    #expect(raster.shape == [2, 10])
    // Edges are products of the width, rounded as here.
    #expect(
      try raster.values(as: Int.self) == [2, 1, 0, 1, 0, 0, 0, 1, 0, 1] + [0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    #expect(trains.raster(binWidth: 0.3).shape == [2, 4])
    #expect(try SpikeTrains(times: [[]]).raster(binWidth: 1).values(as: Int.self) == [0])
    #expect(
      try SpikeTrains(times: [[-1, -0.5]], interval: -1...0).raster(binWidth: 0.5).values(as: Int.self) == [
        1, 1,
      ])
  }

  /// Every spike of a simulation falls into the bin of its step, whatever the step's rounding.
  @Test(arguments: [0.0001, 0.001, 0.003, 0.1])
  func stepsKeepTheirBins(duration: Double) throws {
    let steps = Array(stride(from: 0, to: 3000, by: 7))
    let trains = try SpikeTrains(steps: [steps], duration: duration, count: 3000)
    let counts = try trains.raster(binWidth: duration).values(as: Int.self)
    #expect(counts.count == 3000)
    #expect(counts == (0..<3000).map { $0 % 7 == 0 ? 1 : 0 })
  }

  @Test func filesKeepTheSpikes() throws {
    let scratch = try Scratch()
    let trains = try SpikeTrains(
      times: [[0.1, 0.30000000000000004], [], [2]], units: [7, 9, 4], interval: -1...3)
    try trains.write(npz: scratch.file("a.npz"))
    #expect(try SpikeTrains.read(npz: scratch.file("a.npz")) == trains)
    try trains.write(csv: scratch.file("a.csv"))
    let read = try SpikeTrains.read(csv: scratch.file("a.csv"), interval: -1...3)
    #expect(read.units == [4, 7])
    #expect(read.times == [[2], [0.1, 0.30000000000000004]])
  }

  @Test func filesThatDoNotFit() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.csv")
    try AtomicFile.write("time,unit\n1,2\n", to: path)
    #expect(
      message { _ = try SpikeTrains.read(csv: path) }
        == "\(path), row 1: the columns are 'time,unit'; expected unit,time")
    try AtomicFile.write("unit,time\n1.5,2\n", to: path)
    #expect(
      message { _ = try SpikeTrains.read(csv: path) }
        == "\(path), row 2, column 1: 1.5 is no unit; expected a whole number")
    try NPZ.write(["times": NumericArray([1.0])], to: path)
    #expect(message { _ = try SpikeTrains.read(npz: path) }?.contains("no array 'interval'") == true)
    try NPZ.write(
      [
        "times": NumericArray([1.0, 2]), "times_index": NumericArray([5]), "units": NumericArray([0]),
        "interval": NumericArray([0.0, 3]),
      ], to: path)
    #expect(
      message { _ = try SpikeTrains.read(npz: path) } == "\(path): unit 0 ends at spike 5; expected 0 to 2")
  }
}
