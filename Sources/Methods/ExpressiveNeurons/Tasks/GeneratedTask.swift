import Foundation
import Laboratory
import NeuralData

/// A task whose sequences are made one by one from their indices, so that making them can stop and go on.
public protocol GeneratedTask: SequenceTask, Encodable {
  /// How many sequences.
  var sizes: SplitSizes { get }
  /// Sequences that are kept together on the way.
  var block: Int { get }

  /// Makes the sequences of some indices, which depend on nothing but the task and their index.
  ///
  /// - Throws: ``ExpressiveNeuronError`` for settings, `Interrupted` when a stop was asked for.
  func sequences(_ indices: Range<Int>, threads: Int, each: @escaping @Sendable () -> Void) throws
    -> SequenceDataSet

  /// The splits of all sequences.
  func assemble(_ whole: SequenceDataSet) throws -> TaskData
}

extension GeneratedTask {
  /// 32 sequences.
  public var block: Int { 32 }

  /// Cuts the sequences in order.
  public func assemble(_ whole: SequenceDataSet) throws -> TaskData { sizes.cut(whole) }

  /// Makes all sequences.
  public func data(threads: Int, each: @escaping @Sendable () -> Void) throws -> TaskData {
    try sizes.validate()
    return try assemble(try sequences(0..<sizes.total, threads: threads, each: each))
  }

  /// Makes all sequences, keeping finished blocks in a folder until all are done.
  ///
  /// - Parameters:
  ///   - folder: for the blocks; it is removed at the end.
  ///   - resuming: whether to go on with the blocks that are there; otherwise they are made anew.
  ///   - each: called with the number of sequences that were made, or found, since the last call, on any thread.
  /// - Throws: `FileError` when the blocks belong to other settings, are damaged or cannot be written, `Interrupted` when a stop
  ///   was asked for.
  public func data(
    keepingBlocksIn folder: String, resuming: Bool, threads: Int, each: @escaping @Sendable (Int) -> Void
  ) throws -> TaskData {
    try sizes.validate()
    let files = FileManager.default
    let settings = (folder as NSString).appendingPathComponent("settings.json")
    let mine = JSONText.encode(self)
    if resuming, let data = files.contents(atPath: settings) {
      guard String(decoding: data, as: UTF8.self) == mine else {
        throw FileError(
          .mismatched, settings, "the finished sequences belong to a run with other options",
          expected: "the same options as before",
          remedy: "repeat the earlier command line, or start anew without --resume")
      }
    } else {
      try? files.removeItem(atPath: folder)
      do { try files.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
        throw FileError(.cannotWrite, folder, "the folder cannot be made")
      }
      try AtomicFile.write(mine, to: settings)
    }
    var parts: [SequenceDataSet] = []
    for first in stride(from: 0, to: sizes.total, by: block) {
      try Interruption.check()
      let path = (folder as NSString).appendingPathComponent("\(first).npz")
      let indices = first..<min(sizes.total, first + block)
      if files.fileExists(atPath: path) {
        parts.append(try SequenceDataSet(path: path))
        each(indices.count)
      } else {
        let part = try sequences(indices, threads: threads) { each(1) }
        try part.write(to: path)
        parts.append(part)
      }
    }
    let data = try assemble(try .joined(parts))
    try? files.removeItem(atPath: folder)
    return data
  }
}
