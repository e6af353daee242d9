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
