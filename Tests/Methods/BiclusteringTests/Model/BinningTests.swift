import Biclustering
import Foundation
import NeuralData
import Testing

@Suite struct BinningTests {
  private func trains() throws -> SpikeTrains {
    try SpikeTrains(times: [[0, 0.4, 0.5, 1.9], [1.0, 1.49, 1.5], []], units: [7, 3, 9], interval: 0...2)
  }

  /// A spike on an edge belongs to the later bin; one on the last edge lies outside.
  @Test func spikesAreCounted() throws {
    let all = try SpikeCounts.binning(trains(), width: 0.5)
    #expect(all.units == [7, 3, 9])
    #expect(all.counts.bins == 4)
    #expect(all.counts.values == [2, 1, 0, 1, 0, 0, 2, 1, 0, 0, 0, 0])
    let part = try SpikeCounts.binning(trains(), width: 0.25, start: 0.5, stop: 1.5, minimumRate: 0.5)
    #expect(part.units == [7, 3])
    #expect(part.counts.values == [1, 0, 0, 0, 0, 0, 1, 1])
  }

  @Test func roundingLosesNoBin() throws {
    let train = try SpikeTrains(times: [[0.25], [0.65]], interval: 0...0.7)
    #expect(
      try SpikeCounts.binning(train, width: 0.1).counts.values.map(Int.init) == [
        0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
      ])
  }

  @Test(arguments: [
    (0.0, nil as Double?, 0.0, "the bin width is 0.0, but must be more than 0 seconds"),
    (
      0.5, 1.0, 0.0,
      "the spike trains: 1.0 s hold fewer than 3 bins of 0.5 s: use narrower bins or a longer interval"
    ),
    (
      1e-9, nil, 0.0,
      "the bin width is 1e-09, but must be wide enough for at most 2e8 counts in 2.0 s of 3 units"
    ),
    (0.5, nil, 100, "there are 0 units of at least 100.0 spikes a second, but at least 2 are needed"),
    (0.5, nil, -1, "the minimum rate is -1.0, but must be 0 or more"),
  ])
  func refusals(width: Double, stop: Double?, rate: Double, message: String) throws {
    let trains = try trains()
    let error = #expect(throws: BiclusteringError.self) {
      try SpikeCounts.binning(trains, width: width, stop: stop, minimumRate: rate)
    }
    #expect("\(error!)" == message)
  }

  @Test func labelsAreRead() throws {
    let path = NSTemporaryDirectory() + "labels-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "3\n3\n-1\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try SpikeCounts.readLabels(path, count: 3) == [3, 3, -1])
    let error = #expect(throws: BiclusteringError.self) { try SpikeCounts.readLabels(path, count: 4) }
    #expect("\(error!)" == "\(path): there are 3 labels; expected one for each of 4 neurons")
  }
}
