import ExpressiveNeurons
import Foundation
import NeuralData
import Testing

@Suite struct NeuronIOTests {
  private func simulation(
    _ excitatory: [Int: [Int]] = [:], _ inhibitory: [Int: [Int]] = [:], spikes: [Double] = [],
    half: Bool = false, voltage: [Double]
  ) throws -> NeuronIOSimulation {
    try NeuronIOSimulation(
      excitatory: excitatory, inhibitory: inhibitory, segments: 5, spikeTimes: spikes,
      timesAreHalfPrecision: half, voltage: voltage)
  }

  @Test func preprocessingIsPublished() throws {
    let one = try simulation(
      [4: [2, 0], 0: [2, 2]], [1: [3]], spikes: [0.375, 2.625], voltage: [-67.7, -55.1, -54, 20])
    #expect(one.input.steps == 4 && one.input.channels == 10)
    #expect(
      one.input.dense
        == [
          0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
          1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0,
        ])
    // int(0.375 − 0.5) is 0 in the published code; int(2.125) is 2.
    #expect(one.spikes == [true, false, true, false])
    for (value, expected) in zip(one.targets, [1, 0, 0, 1.26, 1, 1.27, 0, 1.27] as [Float]) {
      #expect(abs(value - expected) < 1e-5)
    }
    #expect(one.isScored && one.warnings.isEmpty)
    let set = try SequenceDataSet([one, one])
    #expect(set.count == 2 && set.outputs == 2 && set.voltage == .neuronIO)
    // float32 of Swift and of NumPy agree to the last bit here: both round the double.
    #expect(one.targets[3] == Float((-55.1 + 67.7) / 10))
  }

  @Test func busySimulationsAreNotScored() throws {
    let voltage = [Double](repeating: -70, count: 60)
    #expect(try simulation(spikes: (0..<24).map { Double(2 * $0) + 0.5 }, voltage: voltage).isScored)
    #expect(try !simulation(spikes: (0..<25).map { Double(2 * $0) + 0.5 }, voltage: voltage).isScored)
  }

  @Test func halfPrecisionTimesWarn() throws {
    let voltage = [Double](repeating: -70, count: 4000)
    #expect(try simulation(spikes: [2050], half: true, voltage: voltage).warnings.count == 1)
    #expect(try simulation(spikes: [2000], half: true, voltage: voltage).warnings.isEmpty)
    #expect(try simulation(spikes: [2050], voltage: voltage).warnings.isEmpty)
  }

  @Test func spikesOfTheVoltage() {
    // Maxima above −25 mV only, plateaus are none, as in the published rule.
    let voltage = [-70.0, -20, -30, -26, -28, 10, 10, -60, -24, -60]
    #expect(NeuronIOSimulation.spikeTimes(inHighResolution: voltage, samplesPerMillisecond: 8) == [0.125, 1])
    #expect(NeuronIOSimulation.spikeTimes(inHighResolution: [-1]) == [])
  }

  @Test func theSampleHasThePublishedLook() throws {
    // Two simulations of 2 s of the published cell: `ch` and `count` per ms, `v`, `spk`.
    let path = Bundle.module.path(forResource: "neuronio_mini", ofType: "npz", inDirectory: "Fixtures")!
    let arrays = try NPZ.read(path)
    for k in 0..<2 {
      let channels = try arrays["ch\(k)"]!.values(as: Int.self)
      let counts = try arrays["count\(k)"]!.values(as: Int.self)
      var excitatory: [Int: [Int]] = [:]
      var inhibitory: [Int: [Int]] = [:]
      var place = 0
      for (ms, count) in counts.enumerated() {
        for channel in channels[place..<(place + count)] {
          if channel < 639 {
            excitatory[channel, default: []].append(ms)
          } else {
            inhibitory[channel - 639, default: []].append(ms)
          }
        }
        place += count
      }
      let spikes = try arrays["spk\(k)"]!.values(as: Double.self)
      let voltage = try arrays["v\(k)"]!.values(as: Double.self)
      let one = try NeuronIOSimulation(
        excitatory: excitatory, inhibitory: inhibitory, spikeTimes: spikes, voltage: voltage)
      #expect(one.input.channels == 1278 && one.input.steps == 2000 && one.input.count == channels.count)
      for step in [0, 700, 1999] {
        let events = one.input.events(at: step)
        #expect(events.count == counts[step])
        for event in events { #expect(one.input.values[event] == (one.input.channel[event] < 639 ? 1 : -1)) }
      }
      #expect(one.isScored && one.spikes.count { $0 } == spikes.count)
      // Our input process makes as many spikes: 13 to 14 a ms on average, 6 to 20 in single simulations.
      #expect((6...20).contains(Double(channels.count) / 2000))
      // The soma is near its peak in the step of a spike.
      for time in spikes { #expect(voltage[Int(time - 0.5)...min(1999, Int(time - 0.5) + 1)].max()! > -40) }
    }
  }

  private var pickle: String {
    Bundle.module.path(forResource: "neuronio_small.p", ofType: "gz", inDirectory: "Fixtures")!
  }

  @Test func readsPicklesOfPython2() throws {
    // What make_neuronio_pickle.py wrote.
    let read = try NeuronIOFile.read(pickle)
    try #require(read.count == 2)
    for (number, one) in read.enumerated() {
      #expect(one.input.steps == 2100 && one.input.channels == 6 && one.input.count == 4)
      #expect(one.input.events(at: 3).map { one.input.channel[$0] } == [0, 4])
      #expect(one.input.values[one.input.events(at: 3)].elementsEqual([1, -1]))
      #expect(one.input.events(at: 2099 - number).map { one.input.channel[$0] } == [2])
      for step in [0, 1, 1000, 2099] {
        let volts = -70 + 10 * sin(Double(step) / (20 + Double(number)))
        #expect(abs(one.voltage[step] - volts) < 0.04)
      }
      // 2050.875 was rounded to 2050 by the 16-bit float: step 2049 instead of 2050.
      #expect(one.spikes.indices.filter { one.spikes[$0] } == [499, 2049])
      #expect(one.warnings.count == 1)
    }
    let exact = try NeuronIOFile.read(pickle, recomputesSpikes: true)
    #expect(exact[0].spikes.indices.filter { exact[0].spikes[$0] } == [499, 2050])
    #expect(exact[0].warnings.isEmpty && exact[0].input == read[0].input)
  }

  @Test func filesAreSplitAsPublished() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    func add(_ name: String) throws {
      let target = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: pickle, toPath: target.path)
    }
    try add("train-data/full_ergodic_train_batch_2/a__sim__1.p")
    try add("train-data/full_ergodic_train_batch_10/a__sim__2.p")
    try add("train-data/readme.txt")
    let task = NeuronIOTask(folder: folder.path)
    // Without the published folder every tenth simulation, of four the last, is held out.
    var data = try task.data(threads: 2)
    #expect(data.training.count == 3 && data.validation.count == 1 && data.test == nil)
    try add("train-data/full_ergodic_train_batch_1/a__sim__3.p")
    try add("test-data/Data_test/a__sim__4.p")
    let names = { (paths: [String]) in paths.map { String($0.suffix(3)) } }
    let files = try task.files()
    #expect(names(files.training) == ["2.p", "1.p"] && names(files.validation) == ["3.p"])
    #expect(names(files.test) == ["4.p"])
    data = try task.data(threads: 2)
    #expect(data.training.count == 4 && data.validation.count == 2 && data.test?.count == 2)
    #expect(data == (try task.data(threads: 1)) && task.preset == "neuronio")
    #expect(try NeuronIOTask(folder: folder.path, mostFiles: 1).data(threads: 1).training.count == 2)
    #expect(throws: FileError.self) { try NeuronIOTask(folder: folder.path + "/none").files() }
    #expect(throws: FileError.self) { try NeuronIOTask(folder: folder.path + "/test-data").files() }
    #expect(throws: ExpressiveNeuronError.self) {
      try NeuronIOTask(folder: folder.path, mostFiles: 0).files()
    }
  }

  @Test func damagedPicklesAreRefused() throws {
    func refusal(_ bytes: [UInt8]) throws -> String {
      let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      do { return "read \(try NeuronIOFile.read(path).count)" } catch {
        return error.description.replacing(path, with: "x.p")
      }
    }
    func text(_ pickle: String) -> [UInt8] { Array(pickle.utf8) }
    #expect(try refusal(text("(dp0\n.")) == "x.p: there is no entry 'Params'; expected a file of NeuronIO")
    let parameters = "(dS'Params'\n(dS'allSegmentsType'\n(lS'basal'\nass"
    #expect(
      try refusal(text(parameters + "S'Results'\n(dS'listOfSingleSimulationDicts'\n(lss."))
        == "x.p: there are no simulations")
    #expect(
      try refusal(text(parameters + "S'Results'\n(dS'listOfSingleSimulationDicts'\n(l(dass."))
        == "x.p, simulation 0: there is no entry 'outputSpikeTimes'; expected a file of NeuronIO")
    #expect(try refusal(text("cos\nsystem\n(S'true'\ntR.")).contains("os.system"))
    // Cut anywhere, the file gives an error and no crash.
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: pickle)))
    for end in [0, 1, 17, 1000, whole.count / 2, whole.count - 9] {
      #expect(try !refusal(Array(whole[..<end])).hasPrefix("read"))
    }
  }

  @Test func refusals() throws {
    let voltage = [Double](repeating: -70, count: 4)
    #expect(
      throws: ExpressiveNeuronError.badData(
        "excitatory spikes lie on segment 5, but there are segments 0 to 4")
    ) {
      try simulation([5: [0]], voltage: voltage)
    }
    #expect(
      throws: ExpressiveNeuronError.badData(
        "an inhibitory spike of segment 1 is at 4 ms, but there are 0 to 3 ms")
    ) { try simulation([:], [1: [4]], voltage: voltage) }
    #expect(throws: ExpressiveNeuronError.badData("output spike 1 is at 4.5 ms, but there are 4 ms")) {
      try simulation(spikes: [1, 4.5], voltage: voltage)
    }
    #expect(throws: ExpressiveNeuronError.self) { try simulation(spikes: [.nan], voltage: voltage) }
    #expect(throws: ExpressiveNeuronError.badData("the voltage at 1 ms is nan")) {
      try simulation(voltage: [-70, .nan])
    }
  }
}
