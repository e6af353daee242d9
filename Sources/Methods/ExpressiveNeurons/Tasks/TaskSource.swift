import Foundation
import NeuralData

/// Where a task's sequences are: files of `elm teach`, or the files that the task was published with.
///
/// | task | a folder with | or one file |
/// |---|---|---|
/// | any | `train.npz`, `valid.npz`, `test.npz` of `elm teach` | such a file |
/// | `neuronio` | pickles with `sim__` in their names, as unpacked from the publication | one of them |
/// | `shd`, `shd-adding` | `shd_train.h5` and `shd_test.h5`, also `.h5.gz` or `.npz` | the first |
/// | `listops` | tables with `train`, `val` and `test` in their names, such as `basic_train.tsv` | one of them |
/// | `text`, `retrieval` | the same | one of them |
/// | `image` | CIFAR-10's `data_batch_1.bin` … and `test_batch.bin` | npz, IDX or CSV |
public struct TaskSource: Sendable, Hashable, Codable {
  /// Which task.
  public var task: PublishedTask
  /// The folder or file.
  public var path: String
  /// Spoken digits: width of a time bin in ms.
  public var binMilliseconds = 10
  /// NeuronIO: most files of each part.
  public var mostFiles = 8
  /// NeuronIO: whether spikes come from the voltage of high resolution instead of stored, rounded times.
  public var recomputesSpikes = false
  /// Texts: bytes after which one is cut.
  public var longestText = 4096
  /// Sums of digits: how many to learn from; a quarter as many validate and judge.
  public var sums = 4000
  /// Fixes which digits are added.
  public var seed: UInt64 = 1

  /// A task at a path.
  public init(_ task: PublishedTask, path: String) { (self.task, self.path) = (task, path) }

  /// What is learned, chosen and judged by.
  ///
  /// - Throws: `FileError` when there is nothing to read or it cannot be read; ``ExpressiveNeuronError`` for settings.
  public func data(threads: Int) throws -> TaskData {
    if isFolder {
      if has("train.npz") {
        return TaskData(
          training: try SequenceDataSet(path: file("train.npz")),
          validation: try SequenceDataSet(path: file("valid.npz")),
          test: has("test.npz") ? try SequenceDataSet(path: file("test.npz")) : nil)
      }
    } else if isOurs {
      return Self.held(try SequenceDataSet(path: path))
    }
    return try published(threads: threads).data(threads: threads)
  }

  /// What a trained model is judged by: the test part, or the validation part where there is none; a file of `elm teach`, or
  /// of NeuronIO, as it is.
  ///
  /// - Throws: as ``data(threads:)``.
  public func judged(threads: Int) throws -> (set: SequenceDataSet, warnings: [String]) {
    if isFolder, has("test.npz") { return (try SequenceDataSet(path: file("test.npz")), []) }
    if !isFolder, isOurs { return (try SequenceDataSet(path: path), []) }
    if !isFolder, task == .neuronio {
      let simulations = try NeuronIOFile.read(path, recomputesSpikes: recomputesSpikes)
      return (try SequenceDataSet(simulations), NeuronIOSimulation.warnings(of: simulations))
    }
    let data = try data(threads: threads)
    return (data.test ?? data.validation, data.warnings)
  }

  private var isFolder: Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// Whether the file is one that `elm teach` wrote, or is laid out like it.
  private var isOurs: Bool {
    path.lowercased().hasSuffix(".npz") && (task != .image && !task.hasBins || hasSteps)
  }
  private var hasSteps: Bool { (try? NPZ.read(path))?["steps"] != nil }
  private func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }
  private func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  /// Every tenth sample, or pair of samples, of one file validates.
  private static func held(_ all: SequenceDataSet) -> TaskData {
    let each = all.samplesPerQuestion
    let held = { (index: Int) in index / each % 10 == 0 }
    guard all.count > each else { return TaskData(training: all, validation: all, test: nil) }
    return TaskData(
      training: all.subset((0..<all.count).filter { !held($0) }),
      validation: all.subset((0..<all.count).filter(held)), test: nil)
  }

  private func published(threads: Int) throws -> any SequenceTask {
    guard FileManager.default.fileExists(atPath: path) else {
      throw FileError(.missing, path, "there is no such file or folder", remedy: "check the path")
    }
    switch task {
    case .neuronio where !isFolder:
      return NeuronIOFileTask(path: path, recomputesSpikes: recomputesSpikes)
    case .neuronio:
      return NeuronIOTask(folder: path, mostFiles: mostFiles, recomputesSpikes: recomputesSpikes)
    case .shd, .shdAdding:
      let source: SpikingDigitSource =
        isFolder
        ? .heidelberg(training: try digits("train"), test: try digits("test"))
        : .heidelberg(training: path, test: nil)
      let binning = try SpikeBinning(milliseconds: binMilliseconds)
      if task == .shd { return SpikingDigitTask(source: source, binning: binning) }
      return DigitAddingTask(
        source: source, binning: binning,
        sizes: SplitSizes(training: sums, validation: max(1, sums / 4), test: max(1, sums / 4)), seed: seed)
    case .listops: return ListOpsFileTask(files: try tables())
    case .text: return TextTask(files: try tables(), longest: longestText)
    case .retrieval: return RetrievalTask(files: try tables(), longest: longestText)
    case .image: return ImageTask(path: path)
    case .pathfinder, .pathfinderX:
      throw FileError(
        .mismatched, path, "there is no train.npz", expected: "a folder of 'elm teach'",
        remedy: "draw pictures with 'neuropil elm teach --task \(task.rawValue)'")
    }
  }

  private func digits(_ part: String) throws -> String {
    for ending in ["h5", "h5.gz", "npz"] where has("shd_\(part).\(ending)") {
      return file("shd_\(part).\(ending)")
    }
    throw FileError(
      .missing, path, "there is no shd_\(part).h5",
      expected: "shd_train.h5 and shd_test.h5, also as .h5.gz or .npz, or files of 'elm teach'")
  }

  /// Tables of a folder by the parts that their names tell, or the one file.
  private func tables() throws -> TaskFiles {
    guard isFolder else { return TaskFiles(training: path) }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted().filter { name in
      let name = name.lowercased()
      return [".tsv", ".csv", ".tsv.gz", ".csv.gz", ".txt"].contains(where: name.hasSuffix)
    }
    func first(_ words: [String]) -> String? {
      names.first { name in words.contains { name.lowercased().contains($0) } }.map(file)
    }
    guard let training = first(["train"]) else {
      throw FileError(
        .mismatched, path, "there is no table to learn from",
        expected: "a .tsv or .csv with 'train' in its name, or files of 'elm teach'")
    }
    return TaskFiles(training: training, validation: first(["val", "dev"]), test: first(["test"]))
  }
}
