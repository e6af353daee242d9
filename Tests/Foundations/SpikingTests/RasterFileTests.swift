import Figures
import Foundation
import HierarchicalData
import NeuralData
import Probability
import Spiking
import Testing

@Suite struct RasterFileTests {
  private func scratch(_ ending: String) -> String {
    NSTemporaryDirectory() + "raster-\(UUID().uuidString).\(ending)"
  }

  private func raster() throws -> SpikeRaster {
    try SpikeRaster(neuronCount: 4, stepCount: 6, spikes: [(5, 1), (0, 3), (0, 2), (2, 1), (2, 1)])
  }

  @Test func archivesRoundTrip() throws {
    let path = scratch("npz")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (raster, empty) = (try raster(), SpikeRaster(neuronCount: 2))
    #expect(raster.count == 4)
    #expect(raster.trains == [[], [2, 5], [0], [0]])
    try SpikeRaster.write(["a": raster, "b": empty], to: path)
    #expect(try SpikeRaster.read(path) == ["a": raster, "b": empty])
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var stream = RandomStream(seed: 1, "damage")
    for _ in 0..<200 {
      var damaged = bytes
      for _ in 0..<4 { damaged[stream.integer(below: damaged.count)] = UInt8(stream.integer(below: 256)) }
      try AtomicFile.write(damaged, to: path)
      _ = try? SpikeRaster.read(path)
    }
  }

  /// Steps become seconds and steps again, in memory and through each kind of file.
  @Test(arguments: [0.1, 0.5, 1, 3])
  func trainsRoundTrip(timeStep: Double) throws {
    let raster = try raster()
    let trains = raster.spikeTrains(timeStep: timeStep)
    #expect(trains.times[1] == [2, 5].map { Double($0) * (timeStep / 1000) })
    #expect(try SpikeRaster(trains, neuronCount: 4, timeStep: timeStep) == raster)
    let csv = scratch("csv")
    defer { try? FileManager.default.removeItem(atPath: csv) }
    try trains.write(csv: csv)
    #expect(
      try SpikeRaster(SpikeTrains.read(csv), neuronCount: 4, stepCount: 6, timeStep: timeStep) == raster)
    let nwb = scratch("nwb")
    defer { try? FileManager.default.removeItem(atPath: nwb) }
    let silent = try SpikeRaster(neuronCount: 3, stepCount: 6, spikes: [])
    try SpikeRaster.write(
      [("cells", raster), ("silent", silent)], timeStep: timeStep,
      session: NWB.Session(identifier: "r", description: "a test"), nwb: nwb)
    #expect(try SpikeRaster.read(nwb: nwb, timeStep: timeStep) == ["cells": raster, "silent": silent])
    #expect(try NWB.readLabels(nwb, column: "neuron") == ["0", "1", "2", "3", "0", "1", "2"])
  }

  @Test func recordedTimesAreBinnedOnRequest() throws {
    let trains = try SpikeTrains(times: [[1.0004, 1.0006, 1.0031]], interval: 1...1.01)
    #expect(throws: SpikingError.self) { try SpikeRaster(trains, neuronCount: 1, timeStep: 1) }
    let binned = try SpikeRaster(trains, neuronCount: 1, timeStep: 1, alignment: .containing)
    #expect(binned.trains == [[0, 3]] && binned.stepCount == 10)
    do {
      _ = try SpikeRaster(trains, neuronCount: 1, timeStep: 1)
    } catch {
      #expect(error.description == "a spike of unit 0 is at 1000.4 ms, but must be on a step of 1.0 ms")
    }
    do {
      _ = try SpikeRaster(
        SpikeTrains(times: [[0]], units: [7], interval: 0...1), neuronCount: 2, timeStep: 1)
      Issue.record("accepted")
    } catch { #expect("\(error)" == "the neuron of a spike is 7, but must be 0 to 1") }
  }

  @Test func ratesAndPanels() throws {
    let raster = try raster()
    #expect(raster.rates(stepsPerBin: 3, timeStep: 1) == [250, 1000 / 12])
    let panel = raster.panel(title: "cells", timeStep: 2)
    #expect(panel.marks[0].shape == .raster(times: [[], [4, 10], [0], [0]]))
    let rate = raster.ratePanel(title: "cells", stepsPerBin: 3, timeStep: 1)
    #expect(rate.marks[0].shape == .line(x: [1.5, 4.5], y: [250, 1000 / 12]))
  }

  /// A recorded raster drives sources as the spikes it came from did.
  @Test func rastersAreInput() throws {
    func run(_ drive: (inout Network, Network.PopulationID) throws -> Void) throws -> SpikeRaster {
      var network = try Network(timeStep: 1)
      let source = try network.addSources("source", count: 4)
      network.run(steps: 3)
      network.recordSpikes(of: source)
      try drive(&network, source)
      network.run(steps: 6)
      return network.raster(of: source)
    }
    let raster = try raster()
    #expect(try run { try $0.fire(raster, in: $1) } == raster)
    #expect(try run { try $0.fire(raster, in: $1, from: 4) }.trains == [[], [3], [1], [1]])
    #expect(throws: SpikingError.self) { try run { try $0.fire(SpikeRaster(neuronCount: 5), in: $1) } }
  }
}
