import Foundation
import NeuralData

/// Operations in the order of time.
public struct Schedule: Sendable, Hashable, Codable {
  /// The operations, ascending in time.
  public let operations: [Operation]
  /// Steps that one schedule may last: the records of all spikes must fit into memory.
  static let longest = 10_000_000

  /// A schedule; operations are put in the order of time.
  public init(_ operations: [Operation]) {
    self.operations = operations.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }
    .map(\.element)
  }

  /// Reads a JSON list of operations, see ``Operation``.
  public init(contentsOf path: String) throws {
    let operations: [Operation] = try JSONFile.decode(JSONFile.read(path), path: path)
    self.init(operations)
  }

  /// The schedule as a JSON list.
  public var json: String { JSONFile.encode(operations) }

  /// Steps until the last answer has come.
  public func steps(of circuit: CircuitKind) -> Int {
    (operations.map { operation in
      switch operation.action {
      case .learn(_, _, let hold): operation.time + circuit.answerDelay.asked + hold
      case .recallCue, .recallContent: operation.time + circuit.answerDelay.answer + 1
      case .forget: operation.time + 1
      }
    }.max() ?? 0) + 1
  }

  /// Checks every operation against a memory's size.
  ///
  /// - Throws: ``MemoryError`` naming the first operation that cannot be done.
  public func validate(cues: Int, contents: Int, circuit: CircuitKind) throws(MemoryError) {
    for (place, operation) in operations.enumerated() {
      func check(cue: Int) throws(MemoryError) {
        guard (0..<cues).contains(cue) else {
          throw .badEntry("operation \(place), \(operation.name)", "cue \(cue)", expected: "0 to \(cues - 1)")
        }
      }
      func check(content: [Int]) throws(MemoryError) {
        for bit in content where !(0..<contents).contains(bit) {
          throw .badEntry(
            "operation \(place), \(operation.name)", "content bit \(bit)", expected: "0 to \(contents - 1)")
        }
        guard !content.isEmpty else {
          throw .badEntry(
            "operation \(place), \(operation.name)", "the content is empty",
            expected: operation.isLearning
              ? "at least one bit; to remove a memory use forget, for learning nothing erases one direction alone"
              : "at least one bit")
        }
      }
      guard (0..<Self.longest).contains(operation.time) else {
        throw .badEntry(
          "operation \(place)", "time \(operation.time)",
          expected: "a step, 0 to \(Self.longest - 1); save the memory and go on from it for longer work")
      }
      switch operation.action {
      case .learn(let cue, let content, let hold):
        try check(cue: cue)
        try check(content: content)
        guard (1...1000).contains(hold) else {
          throw .badEntry(
            "operation \(place), \(operation.name)", "hold \(hold)",
            expected: "1 to 1000 steps, 3 in the protocol")
        }
      case .recallCue(let cue), .forget(let cue): try check(cue: cue)
      case .recallContent(let bits):
        try check(content: bits)
        guard circuit.recallsByContent else {
          throw .notPossible(
            "operation \(place), \(operation.name): the circuit \(circuit.rawValue) has no recall by content",
            remedy: "use the circuit content-addressable")
        }
      }
      if place > 0, operations[place - 1].time == operation.time {
        throw .badEntry(
          "operation \(place), \(operation.name)", "another operation begins at the same step",
          expected: "one operation at a time")
      }
    }
  }
}

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
