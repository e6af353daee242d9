import Foundation
import NeuralData

/// Learning the published cell from the files of NeuronIO.
///
/// Files are found below a folder by `sim__` in their names. As published, those in a folder `Data_test` are judged by, those
/// in `full_ergodic_train_batch_1` are for choosing models, and all others are learned from; where one of the first two is
/// missing, its part is `nil` or every tenth simulation of the others.
public struct NeuronIOTask: SequenceTask, Hashable, Codable {
  /// The folder.
  public var folder: String
  /// Most files of each part: a file takes about 100 MB once read, and the whole of NeuronIO has hundreds.
  public var mostFiles: Int
  /// Whether output spikes come from the voltage of high resolution instead of the stored, rounded times.
  public var recomputesSpikes: Bool

  /// A task.
  public init(folder: String, mostFiles: Int = 8, recomputesSpikes: Bool = false) {
    (self.folder, self.mostFiles, self.recomputesSpikes) = (folder, mostFiles, recomputesSpikes)
  }

  /// `neuronio`
  public var preset: String { "neuronio" }

  /// Files by part, each in order of name and at most ``mostFiles``.
  public func files() throws -> (training: [String], validation: [String], test: [String]) {
    try require("the number of files", mostFiles, in: 1...1_000_000)
    guard let names = FileManager.default.enumerator(atPath: folder) else {
      throw FileError(.missing, folder, "there is no such folder", remedy: "check the path")
    }
    var parts: (training: [String], validation: [String], test: [String]) = ([], [], [])
    for name in names.compactMap({ $0 as? String }).sorted() {
      let components = name.split(separator: "/")
      guard let file = components.last, file.contains("sim__") else { continue }
      let path = (folder as NSString).appendingPathComponent(name)
      if components.dropLast().contains(where: { $0.lowercased().contains("data_test") }) {
        parts.test.append(path)
      } else if components.dropLast().contains("full_ergodic_train_batch_1") {
        parts.validation.append(path)
      } else {
        parts.training.append(path)
      }
    }
    guard !parts.training.isEmpty else {
      throw FileError(
        .mismatched, folder, "there are no files to learn from",
        expected: "files with 'sim__' in their names, outside Data_test and full_ergodic_train_batch_1")
    }
    return (
      Array(parts.training.prefix(mostFiles)), Array(parts.validation.prefix(mostFiles)),
      Array(parts.test.prefix(mostFiles))
    )
  }

  /// Reads the files.
  public func data(threads: Int, each: @escaping @Sendable () -> Void) throws -> TaskData {
    let parts = try files()
    let recomputes = recomputesSpikes
    func read(_ paths: [String]) throws -> [NeuronIOSimulation] {
      // One after the other: each file also holds a gigabyte of dendritic voltages, which passes through memory.
      try paths.flatMap { path in
        defer { each() }
        return try NeuronIOFile.read(path, recomputesSpikes: recomputes)
      }
    }
    var training = try read(parts.training)
    var validation = try read(parts.validation)
    if validation.isEmpty {
      guard training.count >= 2 else {
        throw FileError(
          .mismatched, folder, "there is one simulation", expected: "two or more, to hold one out")
      }
      let held = { (index: Int) in index % 10 == min(9, training.count - 1) }
      let all = training
      validation = all.indices.filter(held).map { all[$0] }
      training = all.indices.filter { !held($0) }.map { all[$0] }
    }
    let test = try read(parts.test)
    return TaskData(
      training: try SequenceDataSet(training), validation: try SequenceDataSet(validation),
      test: test.isEmpty ? nil : try SequenceDataSet(test),
      warnings: NeuronIOSimulation.warnings(of: training + validation + test))
  }
}

/// Learning the published cell from one file of NeuronIO, of which every tenth simulation validates.
struct NeuronIOFileTask: SequenceTask {
  var path: String
  var recomputesSpikes: Bool
  var preset: String { "neuronio" }

  func data(threads: Int, each: @escaping @Sendable () -> Void) throws -> TaskData {
    let all = try NeuronIOFile.read(path, recomputesSpikes: recomputesSpikes)
    guard all.count >= 2 else {
      throw FileError(
        .mismatched, path, "there is one simulation", expected: "two or more, to hold one out")
    }
    let held = { (index: Int) in index % 10 == min(9, all.count - 1) }
    return TaskData(
      training: try SequenceDataSet(all.indices.filter { !held($0) }.map { all[$0] }),
      validation: try SequenceDataSet(all.indices.filter(held).map { all[$0] }), test: nil,
      warnings: NeuronIOSimulation.warnings(of: all))
  }
}
