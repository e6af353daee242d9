import Foundation
import NeuralData

/// A published test-bench file: spike times of every input line.
public struct TestBench: Sendable, Hashable, Codable {
  /// Duration, ms.
  public var simTime: Int
  /// Number of operations.
  public var numOperations: Int
  /// Spike times of each cue line, ms.
  public var cue: [[Int]]
  /// Spike times of each content line, ms.
  public var cont: [[Int]]

  /// Reads a file.
  ///
  /// - Throws: `FileError`, or ``MemoryError`` for negative times, times past the end or lines of no operation.
  public init(contentsOf path: String) throws {
    struct File: Decodable {
      var simTime: Double
      var numOperations: Int?
      var cue, cont: [[Double]]
    }
    let file: File = try JSONFile.decode(JSONFile.read(path), path: path)
    func whole(_ value: Double, _ place: String) throws(MemoryError) -> Int {
      guard let step = Int(exactly: value) else {
        throw .badEntry("\(path), \(place)", "\(value) ms", expected: "a whole number of 1 ms steps")
      }
      return step
    }
    func lines(_ lines: [[Double]], _ name: String) throws(MemoryError) -> [[Int]] {
      var result: [[Int]] = []
      for (line, times) in lines.enumerated() {
        var steps: [Int] = []
        for time in times { steps.append(try whole(time, "\(name)[\(line)]")) }
        result.append(steps)
      }
      return result
    }
    simTime = try whole(file.simTime, "simTime")
    numOperations = file.numOperations ?? 0
    cue = try lines(file.cue, "cue")
    cont = try lines(file.cont, "cont")
    guard (0..<Schedule.longest).contains(simTime) else {
      throw MemoryError.badEntry(
        "\(path), simTime", "\(simTime)", expected: "a duration in ms, 0 to \(Schedule.longest - 1)")
    }
    guard !cue.isEmpty, !cont.isEmpty else {
      throw MemoryError.badEntry(
        path, "there are no \(cue.isEmpty ? "cue" : "content") lines", expected: "at least one")
    }
    for (name, lines) in [("cue", cue), ("cont", cont)] {
      for (line, times) in lines.enumerated() {
        if let bad = times.first(where: { $0 < 0 || $0 >= simTime }) {
          throw MemoryError.badEntry(
            "\(path), \(name)[\(line)]", "spike time \(bad) ms", expected: "0 to simTime, \(simTime) ms")
        }
      }
    }
  }

  /// The test bench of a schedule; explicit forgetting has no spikes and cannot be written.
  ///
  /// - Parameter steps: duration; until the last answer unless given.
  public init(_ schedule: Schedule, cues: Int, contents: Int, steps: Int? = nil) throws(MemoryError) {
    try schedule.validate(cues: cues, contents: contents, circuit: .contentAddressable)
    simTime = steps ?? schedule.steps(of: .contentAddressable)
    numOperations = schedule.operations.count
    cue = [[Int]](repeating: [], count: cues)
    cont = [[Int]](repeating: [], count: contents)
    for operation in schedule.operations {
      switch operation.action {
      case .learn(let line, let content, let hold):
        let times = operation.time..<operation.time + hold
        cue[line] += times
        for bit in Set(content) { cont[bit] += times }
      case .recallCue(let line): cue[line].append(operation.time)
      case .recallContent(let bits): for bit in Set(bits) { cont[bit].append(operation.time) }
      case .forget:
        throw .notPossible(
          "the \(operation.name) has no spikes", remedy: "overwrite the memory, or leave the operation out")
      }
    }
  }

  /// The operations behind the spikes.
  ///
  /// - Throws: ``MemoryError`` where spikes are of no operation: two cues at once, or lines that change within one.
  public func schedule() throws(MemoryError) -> Schedule {
    var active: [Int: (cues: Set<Int>, bits: Set<Int>)] = [:]
    for (line, times) in cue.enumerated() {
      for time in times { active[time, default: ([], [])].cues.insert(line) }
    }
    for (line, times) in cont.enumerated() {
      for time in times { active[time, default: ([], [])].bits.insert(line) }
    }
    var operations: [Operation] = []
    var time = 0
    let steps = active.keys.sorted()
    var index = 0
    while index < steps.count {
      time = steps[index]
      let (cues, bits) = active[time]!
      guard cues.count <= 1 else {
        throw .badEntry(
          "step \(time)", "cues \(cues.sorted().map(String.init).joined(separator: " and ")) spike together",
          expected: "one cue at a time")
      }
      var hold = 1
      if let cue = cues.first, !bits.isEmpty {
        while let next = active[time + hold], next.cues == cues, next.bits == bits { hold += 1 }
        operations.append(Operation(time: time, .learn(cue: cue, content: bits.sorted(), hold: hold)))
      } else if let cue = cues.first {
        operations.append(Operation(time: time, .recallCue(cue)))
      } else {
        operations.append(Operation(time: time, .recallContent(bits.sorted())))
      }
      index += hold
    }
    return Schedule(operations)
  }

  /// The test bench as JSON.
  public var json: String { JSONFile.encode(self) }
}
