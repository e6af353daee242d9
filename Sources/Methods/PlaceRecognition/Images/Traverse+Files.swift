import Foundation
import NeuralData
import Parallel

/// Which images of a source make a traverse.
public struct TraverseSelection: Sendable, Hashable, Codable {
  /// Every how many-th image is a place: 8 for Nordland.
  public var skip: Int
  /// The first image, counted from 0.
  public var first: Int
  /// The number of places; all that there are unless given.
  public var places: Int?
  /// Where the paths of a list begin; the list's own folder unless given.
  public var root: String?
  /// Whether the images are preprocessed already.
  public var isPreprocessed: Bool

  /// A selection; every image unless told otherwise.
  public init(
    skip: Int = 1, first: Int = 0, places: Int? = nil, root: String? = nil, isPreprocessed: Bool = false
  ) {
    self.skip = skip
    self.first = first
    self.places = places
    self.root = root
    self.isPreprocessed = isPreprocessed
  }
}

extension Traverse {
  /// Reads a traverse and preprocesses it.
  ///
  /// - Parameters:
  ///   - path: a folder of PNG and JPEG pictures in the order of their names; a text file with a picture's path in
  ///     each line, as the published lists of Nordland and Oxford RobotCar are; or an `.npy` array of bytes,
  ///     `[place, row, column]` or `[place, row, column, 3]`.
  ///   - selection: which images.
  ///   - preprocessing: how they become input.
  ///   - threads: most threads to use.
  /// - Throws: `FileError` naming the image, and the line of a list.
  public static func read(
    _ path: String, _ selection: TraverseSelection = TraverseSelection(), preprocessing: Preprocessing,
    threads: Int = availableThreads
  ) throws -> Traverse {
    try preprocessing.validate()
    for (name, value, least) in [("skip", selection.skip, 1), ("first", selection.first, 0)]
    where value < least {
      throw PlaceRecognitionError.outOfRange(name: name, value: "\(value)", allowed: "\(least) or more")
    }
    if let places = selection.places, places < 1 {
      throw PlaceRecognitionError.outOfRange(name: "places", value: "\(places)", allowed: "1 or more")
    }
    let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    if path.hasSuffix(".npy") {
      return try read(array: path, name: name, selection, preprocessing, threads)
    }
    let sources = try Source.list(path, root: selection.root)
    let chosen = try selection.indices(of: sources.count, in: path)
    let images = try parallelMap(count: chosen.count, threads: threads) { index in
      try sources[chosen[index]].input(preprocessing, isPreprocessed: selection.isPreprocessed)
    }
    return Traverse(name: name, imageNames: chosen.map { sources[$0].name }, images: images)
  }

  private static func read(
    array path: String, name: String, _ selection: TraverseSelection, _ preprocessing: Preprocessing,
    _ threads: Int
  ) throws -> Traverse {
    let array = try NPY.read(path)
    guard array.type == .uint8, array.shape.count == 3 || array.shape.count == 4 && array.shape[3] == 3,
      array.shape.dropFirst().allSatisfy({ $0 > 0 })
    else {
      throw FileError(
        .mismatched, path, "the array is \(array.type.rawValue) of shape \(array.shape)",
        expected: "uint8 images, [place, row, column] or [place, row, column, 3]")
    }
    let chosen = try selection.indices(of: array.shape[0], in: path)
    let channels = array.shape.count == 4 ? 3 : 1
    let size = array.shape[1] * array.shape[2] * channels
    let images = try parallelMap(count: chosen.count, threads: threads) { index in
      let start = chosen[index] * size
      let image = RasterImage(
        width: array.shape[2], height: array.shape[1], channels: channels,
        pixels: Array(array.bytes[start..<start + size]))
      return try Source(path: path, place: "image \(chosen[index])", list: nil).input(
        image, preprocessing, isPreprocessed: selection.isPreprocessed)
    }
    return Traverse(name: name, imageNames: chosen.map { "\(name)[\($0)]" }, images: images)
  }

  /// Reads and preprocesses one picture.
  ///
  /// - Throws: `FileError` naming it.
  public static func readImage(
    _ path: String, preprocessing: Preprocessing, isPreprocessed: Bool = false
  ) throws -> GreyImage {
    try preprocessing.validate()
    return try Source(path: path, place: nil, list: nil).input(preprocessing, isPreprocessed: isPreprocessed)
  }
}

extension TraverseSelection {
  /// Indices of the chosen images among `count`.
  func indices(of count: Int, in path: String) throws(FileError) -> [Int] {
    let available = count > first ? (count - first - 1) / skip + 1 : 0
    let wanted = places ?? available
    guard wanted > 0, available >= wanted else {
      throw FileError(
        .mismatched, path,
        "there are \(count) images, which make \(available) places from image \(first) on, taking every \(skip == 1 ? "" : "\(skip)th ")image",
        expected: wanted == 0 ? "at least one" : "\(wanted)")
    }
    return (0..<wanted).map { first + $0 * skip }
  }
}

/// One picture of a traverse.
private struct Source: Sendable {
  var path: String
  /// Where in the file, when it holds several.
  var place: String?
  /// The list that names it, with its line.
  var list: (path: String, line: Int)?

  var name: String { path }

  static let suffixes = ["png", "jpg", "jpeg"]

  static func list(_ path: String, root: String?) throws(FileError) -> [Source] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError(.missing, path, "there is no such file or folder", remedy: "check the path")
    }
    if isFolder.boolValue {
      let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter {
        suffixes.contains(($0 as NSString).pathExtension.lowercased())
      }.sorted()
      guard !names.isEmpty else {
        throw FileError(.mismatched, path, "there are no pictures", expected: "PNG or JPEG files")
      }
      return names.map { Source(path: (path as NSString).appendingPathComponent($0), place: nil, list: nil) }
    }
    if suffixes.contains((path as NSString).pathExtension.lowercased()) {
      return [Source(path: path, place: nil, list: nil)]
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FileError(.unreadable, path, "cannot be read", remedy: "check its permissions")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw FileError(
        .damaged, path, "this is not text", expected: "a list with a picture's path in each line")
    }
    let folder = root ?? (path as NSString).deletingLastPathComponent
    var sources: [Source] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let entry = line.trimmingCharacters(in: .whitespaces)
      if entry.isEmpty { continue }
      let full = entry.hasPrefix("/") ? entry : (folder as NSString).appendingPathComponent(entry)
      sources.append(Source(path: full, place: nil, list: (path, index + 1)))
    }
    guard !sources.isEmpty else {
      throw FileError(.mismatched, path, "the list is empty", expected: "a picture's path in each line")
    }
    return sources
  }

  func input(_ preprocessing: Preprocessing, isPreprocessed: Bool) throws(FileError) -> GreyImage {
    do {
      return try input(RasterImage.read(path), preprocessing, isPreprocessed: isPreprocessed)
    } catch {
      guard let list else { throw error }
      var located = error
      located.location = [error.location, "named in \(list.path), line \(list.line)"].compactMap { $0 }
        .joined(
          separator: ", ")
      throw located
    }
  }

  func input(
    _ image: RasterImage, _ preprocessing: Preprocessing, isPreprocessed: Bool
  ) throws(FileError) -> GreyImage {
    if isPreprocessed {
      guard image.channels == 1, image.width == preprocessing.columns, image.height == preprocessing.rows
      else {
        throw FileError(
          .mismatched, path, at: place,
          "the picture has \(image.width) × \(image.height) pixels\(image.channels == 3 ? " in colour" : "")",
          expected: "\(preprocessing.columns) × \(preprocessing.rows) grey ones, since it is preprocessed")
      }
      return GreyImage(rows: image.height, columns: image.width, pixels: image.pixels)
    }
    guard min(image.width, image.height) >= preprocessing.patch else {
      throw FileError(
        .mismatched, path, at: place, "the picture has \(image.width) × \(image.height) pixels",
        expected: "at least the patch's \(preprocessing.patch) each way")
    }
    return preprocessing.input(
      image.pixels, width: image.width, height: image.height, channels: image.channels)
  }
}
