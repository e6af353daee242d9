import DynamicConnectomes
import Foundation
import HierarchicalData
import NeuralData
import Testing

@Suite struct RecordingTests {
  private let folder = NSTemporaryDirectory() + "connectome-" + UUID().uuidString
  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  private func write(_ text: String, _ name: String = "traces.csv") throws -> String {
    let path = folder + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func wideTables() throws {
    let set = try TraceSet.read(
      write("animal,neuron,t0,t1,t2\nw1,ASE,1,,3\nw1,\"A,B\",1,2,3\nw2,ASE,4,5,nan\n"))
    #expect(set.animals == ["w1", "w2"] && set.neurons == ["ASE", "A,B"] && set.samplingRate == 4)
    let first = try #require(set[0, 0])
    #expect(first[0] == 1 && first[1].isNaN && first[2] == 3)
    #expect(set[1, 1] == nil)
    let again = try TraceSet.read(write(set.encoded(), "again.csv"))
    #expect(again.recordings.map(\.neuron) == set.recordings.map(\.neuron))
    #expect(set.fillingGaps(shorterThan: 1)[0, 0] == [1, 2, 3])
    #expect(set.fillingGaps(shorterThan: 0.2)[0, 0]?[1].isNaN == true)
    #expect(set.fillingGaps(shorterThan: 1)[1, 0]?[2].isNaN == true)
  }

  @Test func longTablesTellTheirRate() throws {
    let rows = (0..<6).map { "w1,ASE,\(Double($0) * 0.25),\($0)\n" }.joined()
    let set = try TraceSet.read(write("animal,neuron,time,value\n" + rows))
    #expect(set.samplingRate == 4 && set[0, 0] == [0, 1, 2, 3, 4, 5])
    #expect(throws: FileError.self) {
      try TraceSet.read(
        write("animal,neuron,time,value\nw1,ASE,0,1\nw1,ASE,0.25,1\nw1,ASE,1,1\nw1,ASE,1.25,1\n"))
    }
  }

  @Test func arrays() throws {
    try NPY.write(
      NumericArray([1, 2, .nan, 4, .nan, .nan, .nan, .nan], shape: [2, 2, 2]), to: folder + "/t.npy")
    let set = try TraceSet.read(folder + "/t.npy")
    #expect(set.animals == ["0"] && set.neurons == ["0", "1"] && set[0, 0] == [1, 2])
    try NPZ.write(
      ["w1/ASE": NumericArray([1.0, 2]), "w2/ASE": NumericArray([3.0, 4])], to: folder + "/t.npz")
    let named = try TraceSet.read(folder + "/t.npz")
    #expect(named.animals == ["w1", "w2"] && named[1, 0] == [3, 4])
  }

  @Test func resampling() throws {
    let set = try TraceSet(
      [
        .init(animal: "a", neuron: "x", rate: 4, samples: (0..<9).map { Double($0) }),
        .init(animal: "b", neuron: "x", rate: 2, samples: (0..<5).map { Double(2 * $0) }),
      ], resamplingTo: 8)
    #expect(set.samples == 17 && set.samplingRate == 8)
    for animal in 0..<2 {
      let trace = try #require(set[animal, 0])
      for (place, value) in trace.enumerated() { #expect(abs(value - Double(place) / 2) < 1e-9) }
    }
  }

  @Test func responsesOfAnNWBFile() throws {
    let path = folder + "/worm.nwb"
    try HDF5Writer.write(to: path) { (writer) throws(FileError) in
      try writer.write(
        NumericArray([1.0, 10, 2, 20, 3, 30], shape: [3, 2]),
        to: "/processing/ophys/Fluorescence/Calcium/data")
      let group = "/processing/ophys/Fluorescence/Calcium"
      try writer.setAttribute("neurodata_type", of: group, to: "RoiResponseSeries")
      try writer.write(NumericArray([0.0]), to: group + "/starting_time")
      try writer.setAttribute("rate", of: group + "/starting_time", to: NumericArray([5.0]))
      try writer.write(["AWA", "AWB", "AWC"], to: "/processing/ophys/table/label")
      try writer.write(NumericArray([2, 0]), to: group + "/rois")
      try writer.setAttribute("table", of: group + "/rois", referringTo: "/processing/ophys/table")
    }
    let found = try NWB.readResponses(path)
    #expect(found.rate == 5 && found.names == ["AWC", "AWA"] && found.traces == [[1, 2, 3], [10, 20, 30]])
    let set = try TraceSet.read(folder)
    #expect(set.animals == ["worm"] && set.neurons == ["AWC", "AWA"] && set.samplingRate == 5)
  }

  /// Every mistake of section 8 in a recording, by its exact text.
  @Test(arguments: [
    (
      "w1,A,1,2,3\nw2,A,1,2\n",
      "animal 'w2', neuron 'A' has 2 samples, but 3 were expected as in the first trace; cut the traces to one length, or give --resample"
    ),
    (
      "w1,A,1,2\nw1,A,3,4\n",
      "animal 'w1' has two traces named 'A'; name left and right apart ('AL', 'AR'), or give --duplicates mean or first"
    ),
    (
      "w1,A,1,x\n",
      "/traces.csv, line 1, column 4: 'x' is not a finite number; expected a number, or nothing where a sample is missing"
    ),
    ("w1,A\n", "/traces.csv, line 1: the row has 2 fields; expected 'animal,neuron,value,value,…'"),
    ("", "/traces.csv: the file holds no traces; expected rows 'animal,neuron,value,value,…'"),
    (
      "animal,neuron,time,value\nw1,A,0,1\nw1,A,0.25,2\nw2,A,0,1\nw2,A,0.5,2\n",
      "animal 'w2', neuron 'A' was sampled at 2.0 Hz, but the first trace at 4.0 Hz; give --resample to bring all to one rate"
    ),
  ])
  func mistakes(text: String, message: String) throws {
    let path = try write(text)
    let error = #expect(throws: (any Error).self) { try TraceSet.read(path) }
    #expect("\(error!)".replacing(folder, with: "") == message)
  }

  @Test func duplicates() throws {
    var options = TraceSet.ReadingOptions()
    options.duplicates = .mean
    #expect(try TraceSet.read(write("w1,A,1,2\nw1,A,3,4\n"), options: options)[0, 0] == [2, 3])
    options.duplicates = .first
    #expect(try TraceSet.read(write("w1,A,1,2\nw1,A,3,4\n"), options: options)[0, 0] == [1, 2])
  }

  @Test func unknownNeurons() throws {
    let set = try TraceSet.read(write("w1,AWB,1,2\n"))
    let error = #expect(throws: ConnectomeError.self) { try set.selecting(neurons: ["awb"]) }
    #expect(error?.description == "no animal has a neuron 'awb'; did you mean 'AWB'?")
  }

  @Test(arguments: [
    (
      "stimulus,on,off\nsalt,5,4\n",
      "stimulus 'salt' of all animals: it is on at 5.0 s and off at 4.0 s; it must end after it begins"
    ),
    (
      "stimulus,on,off\nsalt,5,40\n",
      "stimulus 'salt' of all animals: 5.0 to 40.0 s lies outside the recording of 0 to 10.0 s; check the unit (seconds) and the sampling rate"
    ),
    (
      "animal,stimulus,on,off\n*,salt,1,4\nw1,odour,3,5\n",
      "stimulus 'odour' of animal 'w1': it begins at 3.0 s, before 'salt' ends at 4.0 s"
    ),
    ("animal,stimulus,on,off\nw,salt,1,4\n", "the traces have no animal 'w'; did you mean 'w1'?"),
    (
      "on,off\n1,2\n",
      "/stimuli.csv, line 1: the header does not name the columns; expected 'stimulus,on,off' or 'animal,stimulus,on,off'"
    ),
  ])
  func badStimuli(text: String, message: String) throws {
    let traces = try TraceSet([
      .init(animal: "w1", neuron: "A", rate: 4, samples: Array(repeating: 0, count: 40))
    ])
    let path = try write(text, "stimuli.csv")
    let error = #expect(throws: (any Error).self) { try StimulusSchedule.read(path).validate(for: traces) }
    #expect("\(error!)".replacing(folder, with: "") == message)
  }

  @Test func schedules() throws {
    let json = try write(#"[{"stimulus": "salt", "on": 1, "off": 2, "animal": "w1"}]"#, "s.json")
    let schedule = try StimulusSchedule.read(json)
    #expect(schedule.windows == [.init(stimulus: "salt", on: 1, off: 2, animal: "w1")])
    #expect(try StimulusSchedule.read(write(schedule.encoded(), "s.csv")) == schedule)
  }

  /// Too little for a tensor, or too much.
  @Test func refusedTensors() throws {
    func set(_ animals: Int, _ neurons: Int) throws -> TraceSet {
      try TraceSet(
        (0..<animals).flatMap { animal in
          (0..<neurons).map {
            .init(animal: "w\(animal)", neuron: "n\($0)", rate: 4, samples: (0..<20).map(Double.init))
          }
        })
    }
    for (traces, message) in [
      (try set(1, 5), "animals: there is 1, but at least 2 are needed"),
      (try set(3, 2), "neurons found in two or more animals: there are 2, but at least 3 are needed"),
    ] {
      let error = #expect(throws: ConnectomeError.self) { try AffinityTensor(traces) }
      #expect(error?.description == message)
    }
    let error = #expect(throws: ConnectomeError.self) {
      try AffinityTensor(try set(10, 50), memoryLimit: 1 << 19)
    }
    #expect(
      error?.description
        == "the tensor of 20 samples, 10 animals and 1225 pairs needs 0.9 MiB, but the limit is 0.5 MiB; take fewer neurons, resample to a lower rate, or raise --memory-limit"
    )
    #expect(AffinityTensor.bytes(samples: .max / 4, animals: 100, neurons: 100) == nil)
  }

  /// The layout of the NeuroPAL recordings: sides, neurons that were not found, and each animal's order of stimuli.
  @Test func recordingsOfNeuroPAL() throws {
    let path = Fixture.path("recordings.v7.mat")
    let set = try TraceSet.read(path)
    #expect(set.animals == ["worm_1", "worm_2"] && set.neurons == ["ASEL", "ASER", "AWB", "AWC"])
    #expect(set.samplingRate == 4 && set[1, 1] == (0..<8).map { 3 * Double($0) })
    #expect(set[0, 2] == nil && set[1, 3] == nil)
    let schedule = try NeuroPALRecording.read(path).schedule
    #expect(schedule.windows(of: "worm_2").map(\.stimulus) == ["NaCl", "butanone", "pentanedione"])
    #expect(schedule.windows(of: "worm_1").map(\.on) == [0.25, 0.75, 1.25])
    try schedule.validate(for: set)
  }
}
