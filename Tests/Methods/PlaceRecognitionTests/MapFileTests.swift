import Foundation
import Laboratory
import NeuralData
import PlaceRecognition
import Synchronization
import Testing

/// Maps in folders that were damaged, half changed or changed by hand.
@Suite struct MapFileTests {
  private func withMap(_ body: (_ folder: String, _ map: ModularMap) throws -> Void) throws {
    let folder = try MapTests.scratch("map")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let drives = try SyntheticPlaces.traverses(0..<6)
    let map = try ModularMap.build(reference: [drives[0]], settings: MapTests.settings())
    try map.write(to: folder)
    try body(folder, map)
  }

  private func message(_ folder: String) -> String {
    do {
      _ = try ModularMap.read(folder)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func indicesThatContradictThemselvesAreRefused() throws {
    try withMap { folder, _ in
      let path = folder + "/map.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      for (old, new) in [
        ("\"id\" : 1", "\"id\" : 0"), ("\"id\" : 1", "\"id\" : 9"),
        ("\"nextRegion\" : 2", "\"nextRegion\" : 1"),
        ("\"hyperactiveThreshold\" : 0", "\"hyperactiveThreshold\" : -1"),
        ("\"format\" : 1", "\"format\" : 2"),
      ] {
        #expect(text.contains(old), "\(old)")
        try AtomicFile.write(text.replacing(old, with: new), to: path)
        #expect(message(folder) == "\(path): this is not a map's index; build the map again")
      }
      try AtomicFile.write(text.replacing("\"moduleSize\" : 3", with: "\"moduleSize\" : 0"), to: path)
      #expect(
        message(folder) == "\(path): module size is 0, but must be 1 to 1000000 places; build the map again")
      try AtomicFile.write(text.prefix(text.count / 2).description, to: path)
      #expect(message(folder) == "\(path): this is not a map's index; build the map again")
    }
  }

  @Test func filesOfOtherShapesAreRefused() throws {
    try withMap { folder, _ in
      try NPY.write(
        NumericArray([UInt8](repeating: 0, count: 3 * 784), shape: [3, 784]), to: folder + "/region-0.npy")
      #expect(
        message(folder)
          == "\(folder)/region-0.npy: the array is uint8 of shape [3, 784]; expected 3 images of 28 × 28 bytes"
      )
    }
    try withMap { folder, _ in
      let path = folder + "/module-1-0.safetensors"
      var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      bytes.removeLast(1000)
      try AtomicFile.write(bytes, to: path)
      #expect(message(folder).hasPrefix(path))
      try FileManager.default.removeItem(atPath: path)
      #expect(message(folder) == "\(path): a module of the map is missing; build the map again")
    }
  }

  /// A forgotten region's files go, and what a stopped addition recorded does not count.
  @Test func forgottenRegionsLeaveNothing() throws {
    let drives = try SyntheticPlaces.traverses(0..<6)
    try withMap { folder, map in
      var fewer = map
      try fewer.remove(region: 0)
      try fewer.writeIndex(to: folder)
      try AtomicFile.write("kept", to: folder + "/region-notes.txt")
      try fewer.deleteForgottenFiles(in: folder)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(names == ["map.json", "module-1-0.safetensors", "region-1.npy", "region-notes.txt"])
      let again = try ModularMap.read(folder)
      #expect(again.active == fewer.active && again.regions == fewer.regions)
      // An addition that records a new region in the old module's file, then stops.
      struct Stop: Error {}
      let keeper = ModularMap.keeper(folder, finds: false)
      var grown = again
      #expect(throws: Stop.self) {
        try grown.add(
          [drives[1]], threads: 1,
          keeper: .init(find: { _, _ in nil }) {
            try keeper.keep($0)
            if $0.region == 2 { throw Stop() }
          })
      }
      #expect(try ModularMap.read(folder).active == fewer.active)
    }
  }

  /// Answers that were noted are not asked again; others are.
  @Test func notedAnswersAreTaken() throws {
    let drives = try SyntheticPlaces.traverses(0..<6)
    try withMap { folder, map in
      let path = folder + "/ledger.tsv"
      struct Stop: Error {}
      let whole = try QueryResponses(map, drives[2].images, threads: 1)
      let first = try Ledger(path: path, configuration: ["map": map.digest], resuming: false)
      let shown = Mutex(0)
      #expect(throws: Stop.self) {
        try QueryResponses(map, drives[2].images, threads: 1, ledger: first) {
          // The first module's six images, and one of the second.
          if shown.withLock({
            $0 += 1; return $0
          }) == 7 {
            throw Stop()
          }
        }
      }
      #expect(first.count == 1)
      let second = try Ledger(path: path, configuration: ["map": map.digest], resuming: true)
      shown.withLock { $0 = 0 }
      let again = try QueryResponses(map, drives[2].images, threads: 1, ledger: second) {
        shown.withLock { $0 += 1 }
      }
      #expect(shown.withLock { $0 } == 6 && second.count == 2)
      #expect(try again.similarity() == whole.similarity() && again.activity == whole.activity)
      var other = map
      try other.remove(region: 0)
      #expect(other.digest != map.digest)
    }
  }

  /// Members of an ensemble in the published arrays, and back.
  @Test func ensemblesAreAssembled() throws {
    let drives = try SyntheticPlaces.traverses(0..<5)
    var settings = MapTests.settings()
    settings.members = 2
    let map = try ModularMap.build(reference: [drives[0]], settings: settings)
    let folder = try MapTests.scratch("ensemble")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var modules: [PlaceModule] = []
    for region in map.regions {
      for (member, module) in map.modules[region.id]!.enumerated() {
        let part = folder + "/\(region.id)-\(member)"
        try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: true)
        try PublishedArrays.write(module, to: part, firstLabel: map.publishedLabel(of: region))
        modules.append(try PublishedArrays.read(.init(folder: part)))
      }
    }
    let again = try ModularMap.assemble(
      modules, members: 2, reference: drives[0], seed: settings.seed, threads: 2)
    #expect(again.settings.members == 2 && again.regions.map(\.places) == map.regions.map(\.places))
    let ours = try QueryResponses(map, drives[2].images).similarity()
    #expect(try QueryResponses(again, drives[2].images).similarity() == ours)
    #expect(throws: PlaceRecognitionError.self) {
      try ModularMap.assemble(modules, members: 3, reference: drives[0], threads: 1)
    }
    // Members of one region must know as many places.
    #expect(throws: PlaceRecognitionError.self) {
      try ModularMap.assemble(
        [modules[0], modules[2], modules[1], modules[3]], members: 2, reference: drives[0], threads: 1)
    }
  }
}
