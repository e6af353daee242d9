import Foundation

/// Pictures in folders, one folder a class: `root/cat/1.jpg`, `root/dog/2.png`.
///
/// The pictures stay on disk until they are asked for.
public struct ImageFolder: Sendable, Hashable {
  /// Names of the classes, in order; a class's number is its place.
  public let classNames: [String]
  /// Each picture's file and class, by class and then by name.
  public let entries: [Entry]

  /// A picture and its class.
  public struct Entry: Sendable, Hashable {
    /// The file.
    public let path: String
    /// Its class.
    public let label: Int
  }

  /// Lists a folder; files that end in neither `.png`, `.jpg` nor `.jpeg` are passed over.
  ///
  /// - Throws: ``FileError`` when there is no such folder, or no picture in it.
  public init(_ root: String) throws(FileError) {
    func list(_ folder: String) throws(FileError) -> [String] {
      do { return try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch {
        throw FileError(
          .missing, folder, "the folder cannot be read", expected: "a folder with one folder for each class")
      }
    }
    var names: [String] = []
    var entries: [Entry] = []
    for name in try list(root) {
      let folder = (root as NSString).appendingPathComponent(name)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
        continue
      }
      let pictures = try list(folder).filter { file in
        let lower = file.lowercased()
        return [".png", ".jpg", ".jpeg"].contains { lower.hasSuffix($0) }
      }
      guard !pictures.isEmpty else { continue }
      for picture in pictures {
        entries.append(Entry(path: (folder as NSString).appendingPathComponent(picture), label: names.count))
      }
      names.append(name)
    }
    guard !entries.isEmpty else {
      throw FileError(
        .mismatched, root, "there is no picture in it",
        expected: "PNG or JPEG files in one folder for each class")
    }
    classNames = names
    self.entries = entries
  }

  /// Reads every picture; all must have one size.
  ///
  /// - Parameter channels: 1 makes them grey, 3 coloured.
  /// - Throws: ``FileError`` that names the first picture of another size.
  public func readAll(channels: Int = 3) throws(FileError) -> ImageSet {
    precondition(channels == 1 || channels == 3, "readAll: pictures have 1 or 3 channels")
    var pixels: [UInt8] = []
    var size: (rows: Int, columns: Int)?
    for entry in entries {
      let image = try RasterImage.read(entry.path)
      let expected = size ?? (image.height, image.width)
      guard (image.height, image.width) == expected else {
        throw FileError(
          .mismatched, entry.path, "the picture has \(image.width) × \(image.height) pixels",
          expected: "\(expected.columns) × \(expected.rows) as \(entries[0].path)",
          remedy: "resize the pictures to one size")
      }
      size = expected
      pixels += image.planes(channels: channels)
    }
    return try ImageSet(
      pixels: pixels, channels: channels, rows: size!.rows, columns: size!.columns,
      labels: entries.map(\.label), classes: classNames.count, classNames: classNames, source: entries[0].path
    )
  }
}

extension RasterImage {
  /// The brightness of each channel after the other, `[channel, row, column]`.
  ///
  /// - Parameter channels: 1 for grey, 3 for red, green and blue.
  public func planes(channels wanted: Int) -> [UInt8] {
    if wanted == 1 { return grey().pixels }
    let plane = width * height
    var result = [UInt8](repeating: 0, count: 3 * plane)
    for index in 0..<plane {
      for channel in 0..<3 {
        result[channel * plane + index] = pixels[isGrey ? index : 3 * index + channel]
      }
    }
    return result
  }
}
