import Foundation
import NeuralData
import PlaceRecognition
import Synchronization
import Testing

/// Counts from any thread.
private final class Counter: Sendable {
  private let count = Mutex(0)
  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}

@Suite struct MapTests {
  static func drives(_ places: Range<Int>) throws -> [Traverse] {
    try SyntheticPlaces.traverses(places)
  }

  static func settings(_ size: Int = 3, members: Int = 1, seed: UInt64 = 7) -> MapSettings {
    var parameters = ModuleParameters()
    parameters.neurons = 40
    return MapSettings(
      parameters: parameters, training: TrainingSettings(epochs: 2), moduleSize: size, members: members,
      seed: seed)
  }

  static func scratch(_ name: String) throws -> String {
    let path = NSTemporaryDirectory() + "neuropil-places-\(name)-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test func threadsDoNotMatterAndFilesKeepTheMap() throws {
    let drives = try Self.drives(0..<7)
    let one = try ModularMap.build(reference: Array(drives[0...1]), settings: Self.settings(), threads: 1)
    let three = try ModularMap.build(reference: Array(drives[0...1]), settings: Self.settings(), threads: 3)
    #expect(one.modules == three.modules && one.active == three.active)
    // Seven places make modules of three, three and one.
    #expect(one.regions.map(\.places.count) == [3, 3, 1])
    let first = try QueryResponses(one, drives[2].images, threads: 1).similarity()
    #expect(try QueryResponses(three, drives[2].images, threads: 3).similarity() == first)
    let folder = try Self.scratch("files")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try one.write(to: folder)
    let again = try ModularMap.read(folder)
    #expect(again.modules == one.modules && again.active == one.active && again.regions == one.regions)
    #expect(again.images == one.images && again.settings == one.settings)
    // A stream of queries gets the scores of the evaluation.
    let recognizer = try Recognizer(again, threads: 2)
    for query in 0..<7 {
      #expect(try recognizer.recognize(drives[2].images[query]).scores == Array(first[query]))
    }
  }

  @Test func stoppedWorkGoesOnToTheSameMap() throws {
    struct Stop: Error {}
    let drives = try Array(Self.drives(0..<6)[0...1])
    let whole = try ModularMap.build(reference: drives, settings: Self.settings())
    let folder = try Self.scratch("resume")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let shown = Counter()
    #expect(throws: Stop.self) {
      _ = try ModularMap.build(
        reference: drives, settings: Self.settings(), threads: 1,
        keeper: ModularMap.keeper(folder, finds: true)
      ) { if shown.next() == 20 { throw Stop() } }
    }
    #expect(FileManager.default.fileExists(atPath: folder + "/module-0-0.safetensors"))
    #expect(!FileManager.default.fileExists(atPath: folder + "/module-1-0.safetensors"))
    let resumed = try ModularMap.build(
      reference: drives, settings: Self.settings(), keeper: ModularMap.keeper(folder, finds: true))
    #expect(resumed.modules == whole.modules && resumed.active == whole.active)
  }

  @Test func regionsComeAndGo() throws {
    let drives = try Self.drives(0..<6)
    func part(_ places: Range<Int>) -> [Traverse] {
      drives[0...1].map {
        Traverse(
          name: $0.name, imageNames: Array($0.imageNames[places]), images: Array($0.images[places]))
      }
    }
    let whole = try ModularMap.build(reference: part(0..<6), settings: Self.settings())
    var grown = try ModularMap.build(reference: part(0..<3), settings: Self.settings())
    try grown.add(part(3..<6))
    #expect(grown.modules == whole.modules && grown.active == whole.active && grown.regions == whole.regions)
    try grown.remove(region: 0)
    #expect(grown.regions.map(\.id) == [1] && grown.places(of: grown.regions) == [3, 4, 5])
    #expect(grown.active[1]!.allSatisfy { $0.keys.sorted() == [1] })
    try grown.add(part(0..<3))
    #expect(grown.regions.map(\.id) == [1, 2])
    #expect(throws: PlaceRecognitionError.self) {
      try ModularMap.build(reference: [], settings: Self.settings())
    }
  }

  /// Acceptance case A5: a neuron is hyperactive by the number of images, not of spikes, and only its counts go.
  @Test func hyperactiveNeurons() throws {
    let official = try OfficialCases.read().hyperactive
    let neurons = official.record[0].count
    let active = HyperactiveRemoval.activeImages(Array(official.record.joined()), neurons: neurons)
    #expect(active.map(Int.init) == official.active_images)
    for (threshold, after) in official.after {
      let removed = HyperactiveRemoval.neurons(active.map(Int.init), threshold: try #require(Int(threshold)))
      #expect(
        HyperactiveRemoval.removing(removed, from: Array(official.query.joined()), neurons: neurons)
          == Array(after.joined()))
    }
    let drives = try Self.drives(0..<3)
    let map = try ModularMap.build(reference: Array(drives[0...1]), settings: Self.settings())
    let counts = map.activeImages(region: 0, member: 0)
    #expect(counts.max()! <= 3 && counts.max()! > 0)
    #expect(map.hyperactiveNeurons(region: 0, member: 0, threshold: 0) == [])
    #expect(
      map.hyperactiveNeurons(region: 0, member: 0, threshold: 2) == counts.indices.filter { counts[$0] >= 2 })
    let responses = try QueryResponses(map, drives[2].images)
    let all = try responses.similarity(threshold: 0)
    let none = try responses.similarity(threshold: 1)
    #expect(zip(none.values, all.values).allSatisfy { $0 <= $1 })
    let calibration = try Calibration(responses, map: map, truth: [0, 1, 2], thresholds: [0, 1, 2, 3])
    let best = calibration.trials.map(\.recallAt1).max()
    #expect(calibration.trials.first { $0.recallAt1 == best }?.threshold == calibration.chosen)
    #expect(throws: PlaceRecognitionError.self) {
      try Calibration(responses, map: map, truth: [0, 1, 5], thresholds: [0])
    }
  }

  @Test func anEnsembleAddsItsMembers() throws {
    let drives = try Self.drives(0..<3)
    let map = try ModularMap.build(reference: [drives[0]], settings: Self.settings(members: 2))
    #expect(map.modules[0]!.count == 2 && map.modules[0]![0] != map.modules[0]![1])
    let single = try ModularMap.build(reference: [drives[0]], settings: Self.settings())
    #expect(single.modules[0]![0] == map.modules[0]![0])
    let both = try QueryResponses(map, drives[2].images).similarity()
    let first = try QueryResponses(single, drives[2].images).similarity()
    #expect(both.values.reduce(0, +) > first.values.reduce(0, +))
  }

  @Test func publishedArraysGoThereAndBack() throws {
    let drives = try Self.drives(0..<3)
    let map = try ModularMap.build(reference: [drives[0]], settings: Self.settings())
    let module = map.modules[0]![0]
    let folder = try Self.scratch("npy")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try PublishedArrays.write(module, to: folder, firstLabel: 25)
    let again = try PublishedArrays.read(.init(folder: folder))
    #expect(again.weights == module.weights)
    for (ours, theirs) in zip(again.thresholds, module.thresholds) { #expect(abs(ours - theirs) < 1e-4) }
    #expect(again.assignment.place == module.assignment.place)
    #expect(again.assignment.mostSpikes == module.assignment.mostSpikes)
    #expect(again.parameters == module.parameters)
    // Another inhibition is read from its file; weights that differ among synapses are refused.
    var other: [Double] = []
    for synapse in 0..<1600 {
      other += [Double(synapse / 40), Double(synapse % 40), synapse % 41 == 0 ? 0 : 12.5]
    }
    try NPY.write(NumericArray(other, shape: [1600, 3]), to: folder + "/AiAe.npy")
    #expect(try PublishedArrays.read(.init(folder: folder)).parameters.inhibitoryToExcitatory == 12.5)
    var uneven = other
    uneven[3 * 7 + 2] = 13
    try NPY.write(NumericArray(uneven, shape: [1600, 3]), to: folder + "/AiAe.npy")
    let refusal = #expect(throws: FileError.self) { try PublishedArrays.read(.init(folder: folder)) }
    #expect(
      refusal?.description
        == "\(folder)/AiAe.npy: the synapse (0, 7) has the weight 13.0; expected 12.5: modules have one weight for all such synapses"
    )
    try FileManager.default.removeItem(atPath: folder + "/AiAe.npy")
    let places = try NPY.read(folder + "/assignments.npy").values(as: Double.self)
    #expect(places == module.assignment.place.map { $0.map { Double($0 + 25) } ?? -1 })
    let assembled = try ModularMap.assemble([again], reference: drives[0], seed: 7, threads: 1)
    #expect(assembled.placeCount == 3)
    #expect(throws: FileError.self) { try PublishedArrays.read(.init(folder: folder), unit: .millivolt) }
    try NPY.write(NumericArray(module.thresholds), to: folder + "/theta_A.npy")
    let error = #expect(throws: FileError.self) { try PublishedArrays.read(.init(folder: folder)) }
    #expect(error?.description.contains("expected volts, about 0.02 to 0.05") == true)
    try NPY.write(NumericArray([0.02, 0.02]), to: folder + "/theta_A.npy")
    #expect(throws: FileError.self) { try PublishedArrays.read(.init(folder: folder)) }
  }

  /// The orders that the published program draws for 10 places with seeds 0 and 3 (NumPy's RandomState).
  @Test func publishedOrder() throws {
    struct Orders: Decodable { var ten_of_four_seed0, hundred_of_twenty_seed3: [Int] }
    let orders = try Reference.json("published_order.json", as: Orders.self)
    #expect(try PublishedOrder.order(places: 10, calibration: 4, seed: 0) == orders.ten_of_four_seed0)
    #expect(try PublishedOrder.order(places: 100, calibration: 20, seed: 3) == orders.hundred_of_twenty_seed3)
    #expect(throws: PlaceRecognitionError.self) {
      try PublishedOrder.order(places: 3, calibration: 4, seed: 0)
    }
    let drives = try Self.drives(0..<6)
    let order = [5, 0, 3, 1, 2, 4]
    let map = try ModularMap.build(reference: [drives[0]], settings: Self.settings(), order: order)
    #expect(map.regions.map(\.places) == [[5, 0, 3], [1, 2, 4]])
    let matrix = try QueryResponses(map, drives[0].images).similarity()
    // Columns are in the route's order again: those of a map of each region alone, whose modules are the same.
    for (kept, removed) in [(0, 1), (1, 0)] {
      var alone = map
      try alone.remove(region: removed)
      let part = try QueryResponses(alone, drives[0].images)
      #expect(part.places == order[3 * kept..<3 * kept + 3].sorted())
      let scores = try part.similarity()
      for query in 0..<6 {
        for (column, place) in part.places.enumerated() {
          #expect(matrix.values[query * 6 + place] == scores.values[query * 3 + column])
        }
      }
    }
  }
}
