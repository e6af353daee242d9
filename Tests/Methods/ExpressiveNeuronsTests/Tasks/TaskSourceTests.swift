import ExpressiveNeurons
import Foundation
import Laboratory
import NeuralData
import Testing

/// Published files and those of `elm teach` by their paths.
@Suite struct TaskSourceTests {
  private func folder() throws -> String {
    let path = NSTemporaryDirectory() + "elm-source-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  private func refusal(_ task: PublishedTask, _ path: String) -> String {
    do {
      _ = try TaskSource(task, path: path).data(threads: 1)
      return "accepted"
    } catch { return "\(error)".replacingOccurrences(of: path, with: "PATH") }
  }

  @Test func listOpsTables() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let rows = "Source\tTarget\n( ( ( [MAX 2 ) 9 ) ] )\t9\n( ( ( [SM 5 ) 7 ) ] )\t2\n"
    for part in ["train", "val", "test"] {
      try rows.write(toFile: "\(folder)/basic_\(part).tsv", atomically: true, encoding: .utf8)
    }
    let data = try TaskSource(.listops, path: folder).data(threads: 1)
    #expect(data.training.count == 2 && data.validation.count == 2 && data.test?.count == 2)
    #expect(data.training.inputs[1].channel == [13, 5, 7, 14])
    #expect(try TaskSource(.listops, path: folder).judged(threads: 1).set == data.test)
    let wrong = folder + "/wrong.tsv"
    try "Source\tTarget\n[MAX 2 9 ]\t3\n".write(toFile: wrong, atomically: true, encoding: .utf8)
    #expect(
      refusal(.listops, wrong)
        == "PATH, line 2: the answer is said to be '3'; expected 9, which the expression comes to")
    try "Source\tTarget\n[MAX 2 9\t3\n".write(toFile: wrong, atomically: true, encoding: .utf8)
    #expect(refusal(.listops, wrong).contains("line 2: '[MAX 2 9' is no whole expression"))
  }

  @Test func pairsOfDocuments() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let rows = (0..<12).map { "\($0 % 2)\t\($0)\t\($0)\tone text\tanother" }.joined(separator: "\n")
    try rows.write(toFile: folder + "/new_aan_pairs.train.tsv", atomically: true, encoding: .utf8)
    let data = try TaskSource(.retrieval, path: folder).data(threads: 1)
    #expect(data.training.isPaired && data.training.count == 22 && data.validation.count == 2)
    // As a file of our own, pairs stay pairs.
    let own = folder + "/own.npz"
    try data.training.write(to: own)
    #expect(try SequenceDataSet(path: own) == data.training)
    let held = try TaskSource(.retrieval, path: own).data(threads: 1)
    #expect(held.training.count == 18 && held.validation.count == 4 && held.validation.isPaired)
  }

  @Test func compressedDigits() throws {
    #expect(try HeidelbergDigits.read(fixture("digits.h5.gz")) == HeidelbergDigits.read(fixture("digits.h5")))
  }

  @Test func neuronIOFiles() throws {
    let source = TaskSource(.neuronio, path: fixture("neuronio_small.p.gz"))
    let (set, warnings) = try source.judged(threads: 1)
    let data = try source.data(threads: 1)
    #expect(data.training.count + data.validation.count == set.count && data.warnings == warnings)
  }

  @Test func refusals() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(refusal(.text, folder + "/none") == "PATH: there is no such file or folder; check the path")
    #expect(
      refusal(.text, folder)
        == "PATH: there is no table to learn from; expected a .tsv or .csv with 'train' in its name, or files of 'elm teach'"
    )
    #expect(
      refusal(.shd, folder)
        == "PATH: there is no shd_train.h5; expected shd_train.h5 and shd_test.h5, also as .h5.gz or .npz, or files of 'elm teach'"
    )
    #expect(
      refusal(.pathfinder, folder)
        == "PATH: there is no train.npz; expected a folder of 'elm teach'; draw pictures with 'neuropil elm teach --task pathfinder'"
    )
    #expect(refusal(.neuronio, folder).contains("there are no files to learn from"))
  }

  /// Blocks that are there are not made again, and the result is the same.
  @Test func makingSequencesGoesOn() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let task = TeacherTask(
      teacher: .lif, input: SynapticInput(basalSegments: 5, apicalSegments: 5, mostSpikes: 15), steps: 600,
      sizes: SplitSizes(training: 40, validation: 20, test: 10), seed: 3)
    let blocks = folder + "/blocks"
    let whole = try task.data(threads: 2)
    #expect(try task.data(keepingBlocksIn: blocks, resuming: false, threads: 2) { _ in } == whole)
    #expect(!FileManager.default.fileExists(atPath: blocks))
    // As a stopped run leaves it: the first block of three, which a marked voltage tells apart.
    try FileManager.default.createDirectory(atPath: blocks, withIntermediateDirectories: true)
    try JSONText.encode(task).write(toFile: blocks + "/settings.json", atomically: true, encoding: .utf8)
    let first = try task.sequences(0..<32, threads: 1) {}
    guard case .traces(var traces, _) = first.targets else { return }
    traces[0][1] = 99
    try SequenceDataSet(first.inputs, .traces(traces, outputs: 2), voltage: .neuronIO).write(
      to: blocks + "/0.npz")
    let resumed = try task.data(keepingBlocksIn: blocks, resuming: true, threads: 1) { _ in }
    guard case .traces(let found, _) = resumed.training.targets,
      case .traces(let wanted, _) = whole.training.targets
    else { return }
    #expect(found[0][1] == 99 && Array(found[1...]) == Array(wanted[1...]) && resumed.test == whole.test)

    var other = task
    other.seed = 4
    try FileManager.default.createDirectory(atPath: blocks, withIntermediateDirectories: true)
    try JSONText.encode(task).write(toFile: blocks + "/settings.json", atomically: true, encoding: .utf8)
    #expect {
      try other.data(keepingBlocksIn: blocks, resuming: true, threads: 1) { _ in }
    } throws: {
      "\($0)".contains("the finished sequences belong to a run with other options")
    }
  }

  @Test func listOpsInBlocksIsTheSame() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // Short expressions come up twice, so that some are drawn anew at the end.
    let task = ListOpsTask(
      law: .init(lengths: 3...8), sizes: SplitSizes(training: 1500, validation: 20, test: 20), seed: 1)
    #expect(
      try task.data(keepingBlocksIn: folder + "/blocks", resuming: false, threads: 2) { _ in }
        == task.data(threads: 1))
  }
}
