import Foundation
import Laboratory
import NeuralData

extension ModularMap {
  /// What `map.json` holds.
  private struct Index: Codable {
    var format = 1
    var settings: MapSettings
    var regions: [Region]
    var nextRegion: Int
    var hyperactiveThreshold: Int
    var calibrationRegions: [Int]

    /// Whether regions and places have names of their own.
    var isSound: Bool {
      let (ids, places) = (regions.map(\.id), regions.flatMap(\.places))
      return format == 1 && hyperactiveThreshold >= 0 && Set(ids).count == ids.count
        && ids.allSatisfy { (0..<nextRegion).contains($0) } && Set(places).count == places.count
        && places.allSatisfy { (0..<1_000_000_000).contains($0) }
        && regions.allSatisfy { !$0.places.isEmpty && $0.placeNames.count == $0.places.count }
    }
  }

  /// What a module's file says about itself.
  private struct ModuleFacts: Codable {
    var parameters: ModuleParameters
    var spikesPerImage: [Double]
  }

  private static func path(_ folder: String, _ name: String) -> String {
    (folder as NSString).appendingPathComponent(name)
  }

  private static func moduleName(_ region: Int, _ member: Int) -> String {
    "module-\(region)-\(member).safetensors"
  }

  /// Writes the map into a folder: `map.json`, the reference images, and a file a module that is not there yet.
  ///
  /// `map.json` comes last, so that a folder is a map only when all of it is there.
  public func write(to folder: String) throws {
    for region in regions {
      let images = images[region.id]!
      try NPY.write(
        NumericArray(
          images.flatMap(\.pixels), shape: [images.count, images[0].rows, images[0].columns]),
        to: Self.path(folder, "region-\(region.id).npy"))
      for member in 0..<settings.members {
        try Self.write(
          BuiltModule(
            region: region.id, member: member, module: modules[region.id]![member],
            active: active[region.id]![member]), to: folder)
      }
    }
    try writeIndex(to: folder)
  }

  /// Writes `map.json` alone, as after the choice of a threshold or the removal of a region.
  public func writeIndex(to folder: String) throws {
    let index = Index(
      settings: settings, regions: regions, nextRegion: nextRegion,
      hyperactiveThreshold: hyperactiveThreshold,
      calibrationRegions: calibrationRegions)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write([UInt8](encoder.encode(index)) + [0x0A], to: Self.path(folder, "map.json"))
  }

  /// Writes one module.
  static func write(_ built: BuiltModule, to folder: String) throws {
    let module = built.module
    let neurons = module.parameters.neurons
    var tensors = [
      "weights": NumericArray(module.weights, shape: [module.parameters.inputs, neurons]),
      "thresholds": NumericArray(module.thresholds),
      "spikes": NumericArray(module.assignment.spikes, shape: [neurons, module.assignment.places]),
      "shown": NumericArray(module.assignment.shown),
    ]
    for (region, counts) in built.active { tensors["active.\(region)"] = NumericArray(counts) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let facts = try encoder.encode(
      ModuleFacts(parameters: module.parameters, spikesPerImage: module.spikesPerImage))
    try SafeTensors.write(
      .init(tensors: tensors, metadata: ["format": "1", "facts": String(decoding: facts, as: UTF8.self)]),
      to: path(folder, moduleName(built.region, built.member)))
  }

  /// Reads one module; `nil` when its file is not there.
  static func readModule(_ folder: String, region: Int, member: Int) throws -> BuiltModule? {
    let path = path(folder, moduleName(region, member))
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let contents = try SafeTensors.read(path)
    func array(_ name: String) throws -> NumericArray {
      guard let array = contents.tensors[name] else {
        throw FileError(.damaged, path, "the array '\(name)' is missing", remedy: "build the map again")
      }
      return array
    }
    guard let text = contents.metadata["facts"],
      let facts = try? JSONDecoder().decode(ModuleFacts.self, from: Data(text.utf8))
    else { throw FileError(.damaged, path, "the module's facts are missing", remedy: "build the map again") }
    var active: [Int: [Int32]] = [:]
    for (name, array) in contents.tensors where name.hasPrefix("active.") {
      guard let other = Int(name.dropFirst("active.".count)), array.count == facts.parameters.neurons else {
        throw FileError(.damaged, path, "the array '\(name)' has another size than the module")
      }
      active[other] = try array.values(as: Int32.self)
    }
    do {
      let shown = try array("shown").values(as: Double.self)
      let spikes = try array("spikes").values(as: Double.self)
      guard !shown.isEmpty, spikes.count == facts.parameters.neurons * shown.count else {
        throw PlaceRecognitionError.wrongShape("the assignment has another size than the module")
      }
      let module = try PlaceModule(
        parameters: facts.parameters, weights: array("weights").values(as: Float.self),
        thresholds: array("thresholds").values(as: Float.self),
        assignment: NeuronalAssignment(spikes: spikes, shown: shown), spikesPerImage: facts.spikesPerImage)
      return BuiltModule(region: region, member: member, module: module, active: active)
    } catch let error as PlaceRecognitionError {
      throw FileError(.damaged, path, error.description, remedy: "build the map again")
    }
  }

  /// Reads a map.
  ///
  /// - Throws: `FileError` when the folder holds no whole map.
  public static func read(_ folder: String) throws -> ModularMap {
    let file = path(folder, "map.json")
    guard let data = FileManager.default.contents(atPath: file) else {
      if StoredGradedMap.isIn(folder) {
        throw FileError(
          .mismatched, folder, "this is a map of graded spikes", expected: "a map of modules",
          remedy: "only 'neuropil places recognize' takes both")
      }
      throw FileError(
        .missing, folder, "there is no map here", expected: "a folder with map.json",
        remedy: "build one with 'neuropil places build', or go on with its --resume")
    }
    guard let index = try? JSONDecoder().decode(Index.self, from: data), index.isSound else {
      throw FileError(.damaged, file, "this is not a map's index", remedy: "build the map again")
    }
    var map: ModularMap
    do {
      map = try ModularMap(index.settings)
    } catch {
      throw FileError(.damaged, file, error.description, remedy: "build the map again")
    }
    map.regions = index.regions
    map.nextRegion = index.nextRegion
    map.hyperactiveThreshold = index.hyperactiveThreshold
    map.calibrationRegions = index.calibrationRegions
    for region in index.regions {
      let imagePath = path(folder, "region-\(region.id).npy")
      let array = try NPY.read(imagePath)
      let (rows, columns) = (index.settings.preprocessing.rows, index.settings.preprocessing.columns)
      let size = rows * columns
      guard array.type == .uint8, array.shape == [region.places.count, rows, columns] else {
        throw FileError(
          .mismatched, imagePath, "the array is \(array.type.rawValue) of shape \(array.shape)",
          expected: "\(region.places.count) images of \(rows) × \(columns) bytes")
      }
      map.images[region.id] = (0..<array.shape[0]).map {
        GreyImage(
          rows: rows, columns: columns,
          pixels: Array(array.bytes[$0 * size..<($0 + 1) * size]))
      }
      for member in 0..<index.settings.members {
        guard let built = try readModule(folder, region: region.id, member: member) else {
          throw FileError(
            .missing, path(folder, moduleName(region.id, member)), "a module of the map is missing",
            remedy: "build the map again")
        }
        guard built.module.parameters == index.settings.parameters,
          built.module.assignment.places == region.places.count
        else {
          throw FileError(
            .mismatched, path(folder, moduleName(region.id, member)),
            "the module belongs to another map than map.json")
        }
        map.modules[region.id, default: []].append(built.module)
        // A region that was forgotten, or whose addition was stopped, may still be in the file.
        map.active[region.id, default: []].append(
          built.active.filter { known in index.regions.contains { $0.id == known.key } })
      }
    }
    return map
  }

  /// A digest of everything that decides how modules answer, by which stopped work knows its map.
  public var digest: String {
    var digest = SHA256()
    digest.update(Array(JSONText.encode(settings).utf8))
    digest.update(Array(JSONText.encode(regions).utf8))
    for module in regions.flatMap({ modules[$0.id]! }) {
      module.weights.withUnsafeBytes { digest.update($0) }
      module.thresholds.withUnsafeBytes { digest.update($0) }
    }
    return digest.hexadecimal
  }

  /// Deletes files of regions that are not on the map, as after one was forgotten.
  public func deleteForgottenFiles(in folder: String) throws {
    let known = Set(regions.map(\.id))
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let parts = name.split(whereSeparator: { "-.".contains($0) })
      guard parts.count >= 3, let id = Int(parts[1]), !known.contains(id),
        parts[0] == "region" && name == "region-\(id).npy"
          || parts[0] == "module" && name == Self.moduleName(id, Int(parts[2]) ?? -1)
      else { continue }
      do {
        try FileManager.default.removeItem(atPath: Self.path(folder, name))
      } catch {
        throw FileError(.cannotWrite, Self.path(folder, name), "cannot be deleted")
      }
    }
  }

  /// Keeps finished modules in a folder.
  ///
  /// - Parameters:
  ///   - folder: the map's.
  ///   - finds: whether modules that are there already are taken instead of trained.
  public static func keeper(_ folder: String, finds: Bool) -> Keeper {
    Keeper(
      find: { finds ? try readModule(folder, region: $0, member: $1) : nil },
      keep: { try write($0, to: folder) })
  }
}
