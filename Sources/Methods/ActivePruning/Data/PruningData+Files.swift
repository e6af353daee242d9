import Foundation
import NeuralData

extension PruningData {
  /// Reads labelled images.
  ///
  /// - Parameter path: a folder of IDX files (MNIST, Fashion-MNIST), of CIFAR-10 or CIFAR-100 in the binary or the Python
  ///   form, of `train` and `test` with a folder of pictures for each class, or of such class folders; or a CSV table, an
  ///   npz archive or an IDX images file. One set alone gives every tenth image to the test.
  /// - Throws: `FileError`.
  public static func read(_ path: String) throws(FileError) -> PruningData {
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard isThere, isFolder.boolValue else { return try grey(path) }
    func has(_ name: String) -> Bool { kind(of: name, in: path) == .file }
    if has("train-images-idx3-ubyte") || has("train-images-idx3-ubyte.gz") { return try grey(path) }
    if ["data_batch_1", "data_batch_1.bin", "train", "train.bin"].contains(where: has) {
      let sets = try CIFAR.read(path)
      return try PruningData(training: sets.training, test: sets.test, source: path)
    }
    return try pictures(path)
  }

  private enum Kind { case file, folder, nothing }

  private static func kind(of name: String, in folder: String) -> Kind {
    var isFolder: ObjCBool = false
    let path = (folder as NSString).appendingPathComponent(name)
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return .nothing }
    return isFolder.boolValue ? .folder : .file
  }

  private static func grey(_ path: String) throws(FileError) -> PruningData {
    let read = try ImageClassificationData.read(path)
    let training = ImageSet(read.training)
    guard let validation = read.validation else { return try split(training, source: path) }
    return try PruningData(training: training, test: ImageSet(validation), source: path)
  }

  /// Folders of pictures.
  private static func pictures(_ path: String) throws(FileError) -> PruningData {
    guard kind(of: "train", in: path) == .folder else {
      let folder: ImageFolder
      do throws(FileError) { folder = try ImageFolder(path) } catch {
        throw FileError(
          error.kind, path, "there are no labelled images in the folder",
          expected: "IDX files, CIFAR batches, or PNG or JPEG files in one folder for each class")
      }
      return try split(folder.readAll(), source: path)
    }
    func folder(_ name: String) throws(FileError) -> ImageFolder {
      try ImageFolder((path as NSString).appendingPathComponent(name))
    }
    let training = try folder("train")
    guard let name = ["test", "val"].first(where: { kind(of: $0, in: path) == .folder }) else {
      return try split(training.readAll(), source: path)
    }
    let test = try folder(name)
    guard test.classNames == training.classNames else {
      let differing = Set(test.classNames).symmetricDifference(training.classNames).sorted()
      throw FileError(
        .mismatched, path,
        "the folders train and \(name) have not the same classes, such as '\(differing[0])'",
        expected: "a folder for each class in both")
    }
    return try PruningData(training: training.readAll(), test: test.readAll(), source: path)
  }

  private static func split(_ images: ImageSet, source: String) throws(FileError) -> PruningData {
    guard images.count >= 10 else {
      throw FileError(
        .mismatched, source, "there are only \(images.count) images and none to judge by",
        expected: "at least 10, of which every tenth is kept from training, or a test set")
    }
    return try PruningData(
      training: images.subset((0..<images.count).filter { $0 % 10 != 9 }),
      test: images.subset((0..<images.count).filter { $0 % 10 == 9 }), source: source)
  }
}
