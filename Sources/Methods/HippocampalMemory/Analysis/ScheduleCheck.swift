import Foundation
import Spiking

/// What is unsafe about a schedule, found before it runs anywhere else.
public struct ScheduleCheck: Sendable, Hashable, Codable {
  /// Two operations that come too close.
  public struct Conflict: Sendable, Hashable, Codable {
    /// Place of the earlier operation.
    public var first: Int
    /// Place of the later one.
    public var second: Int
    /// The operations in words.
    public var operations: [String]
    /// Steps between their beginnings.
    public var steps: Int
    /// The least steps the protocol asks for.
    public var needed: Int
    /// Content bits that both store, for two learnings.
    public var sharedContent: [Int]
    /// What is left of the first memory's content-to-cue weights over those bits, nA; `nil` without shared bits.
    public var remaining: Double?
    /// The weight a cue needs to answer, nA.
    public var threshold: Double
    /// Whether the first memory is lost for recall by a shared bit.
    public var loses: Bool
  }

  /// A question that the memory would answer wrongly after the schedule.
  public struct Loss: Sendable, Hashable, Codable {
    /// The cue asked, if it is a cue.
    public var cue: Int?
    /// The content bit asked, if it is one.
    public var content: Int?
    /// How far the nearest neuron lies on the wrong side of its threshold, nA; negative.
    public var margin: Double
  }

  /// Pairs that are too close.
  public var conflicts: [Conflict]
  /// Every recall, simulated.
  public var answers: [Recall]
  /// Recalls that an ideal memory answers otherwise.
  public var wrongAnswers: Int
  /// The least margin of all recalls, nA; `nil` without recalls.
  public var leastMargin: Double?
  /// What could not be asked any more after the schedule: cues and single content bits that would be answered wrongly.
  public var lost: [Loss]
  /// Whether no pair is too close, every recall is right and nothing is lost.
  public var isSafe: Bool
  /// The operations, moved apart just so far that the schedule is safe; `nil` when no spacing tried does it.
  public var smallestSafeSchedule: Schedule?

  /// Simulates a schedule on an empty memory and looks for the smallest one that is safe.
  ///
  /// - Throws: ``MemoryError`` for operations that cannot be done.
  public init(
    _ schedule: Schedule, cues: Int, contents: Int, configuration: MemoryConfiguration = .init(),
    options: MemoryOptions = .init()
  ) throws {
    let circuit = configuration.circuit
    let template = try CueContentMemory(
      cues: cues, contents: contents, configuration: configuration, options: options)
    func run(_ schedule: Schedule) throws -> (answers: [Recall], lost: [Loss]) {
      var memory = template
      return (try memory.run(schedule), Self.lost(in: memory))
    }
    (answers, lost) = try run(schedule)
    wrongAnswers = answers.count { !$0.correct }
    leastMargin = answers.map(\.margin).min()
    conflicts = try Self.conflicts(in: schedule, configuration: configuration, options: options)
    isSafe = conflicts.isEmpty && wrongAnswers == 0 && lost.isEmpty
    if isSafe {
      smallestSafeSchedule = schedule
      return
    }
    let operations = schedule.operations
    func least(_ place: Int) -> Int { Self.needed(operations[place], operations[place + 1], circuit).steps }
    func isRight(_ gaps: [Int]) throws -> Bool {
      let (answers, lost) = try run(Self.schedule(operations, gaps))
      return lost.isEmpty && answers.allSatisfy(\.correct)
    }
    var gaps = operations.indices.dropLast().map(least)
    var widest = 0
    while try !isRight(gaps.map { max($0, widest) }) {
      widest = widest == 0 ? 7 : widest + (widest < 20 ? 1 : widest / 4)
      if widest > 400 { break }
    }
    guard widest <= 400 else {
      smallestSafeSchedule = nil
      return
    }
    gaps = gaps.map { max($0, widest) }
    // Each gap is then made as small as the others allow; long schedules keep the one gap for all.
    if operations.count <= 200 {
      for place in gaps.indices {
        while gaps[place] > least(place) {
          gaps[place] -= 1
          if try !isRight(gaps) {
            gaps[place] += 1
            break
          }
        }
      }
    }
    smallestSafeSchedule = Self.schedule(operations, gaps)
  }

  private static func schedule(_ operations: [Operation], _ gaps: [Int]) -> Schedule {
    var time = operations.first?.time ?? 0
    return Schedule(
      operations.enumerated().map { place, operation in
        defer { if place < gaps.count { time += gaps[place] } }
        return Operation(time: time, operation.action)
      })
  }

  private static func lost(in memory: CueContentMemory) -> [Loss] {
    let margins = memory.margins
    func below(_ margins: [Double], _ loss: (Int, Double) -> Loss) -> [Loss] {
      margins.enumerated().filter { $0.element < 0 }.map { loss($0.offset, $0.element) }
    }
    return below(margins.cues) { Loss(cue: $0, margin: $1) }
      + below(margins.contents) { Loss(content: $0, margin: $1) }
  }

  /// Neighbouring operations that come closer than the protocol can keep apart, without running the schedule.
  ///
  /// - Throws: ``MemoryError`` for a configuration whose neurons cannot fire.
  public static func conflicts(
    in schedule: Schedule, configuration: MemoryConfiguration = .init(), options: MemoryOptions = .init()
  ) throws -> [Conflict] {
    let circuit = configuration.circuit
    let operations = schedule.operations
    let threshold =
      circuit.recallsByContent
      ? configuration.neurons["CA3cueContRecallL"]!.firingThreshold(timeStep: 1) : .infinity
    var remains: [Int: Double] = [:]
    var found: [Conflict] = []
    for second in operations.indices.dropFirst() {
      let first = second - 1
      let (early, late) = (operations[first], operations[second])
      let steps = late.time - early.time
      let (needed, shared) = Self.needed(early, late, circuit)
      guard steps < needed else { continue }
      var remaining: Double?
      if !shared.isEmpty {
        if remains[steps] == nil {
          remains[steps] = try Self.remaining(after: steps, configuration: configuration, options: options)
        }
        remaining = remains[steps]
      }
      found.append(
        Conflict(
          first: first, second: second, operations: [early.name, late.name], steps: steps, needed: needed,
          sharedContent: shared, remaining: remaining, threshold: threshold,
          loses: remaining.map { $0 < threshold } ?? false))
    }
    return found
  }

  /// The least steps from one operation to the next, and the bits that both store.
  private static func needed(_ early: Operation, _ late: Operation, _ circuit: CircuitKind) -> (
    steps: Int, shared: [Int]
  ) {
    if case .forget = early.action { return (1, []) }
    if circuit.recallsByContent, case .learn(let a, let before, _) = early.action,
      case .learn(let b, let after, _) = late.action, a != b
    {
      let shared = Set(before).intersection(after).sorted()
      if !shared.isEmpty { return (circuit.spacingAfterLearning, shared) }
    }
    return (circuit.minimumSpacing(afterLearning: early.isLearning), [])
  }

  /// What a second memory, learned `steps` later with the same content, leaves of the first one's content-to-cue
  /// weight, nA.
  public static func remaining(
    after steps: Int, configuration: MemoryConfiguration = .init(), options: MemoryOptions = .init()
  ) throws -> Double {
    var memory = try CueContentMemory(cues: 2, contents: 1, configuration: configuration, options: options)
    try memory.run(
      Schedule([
        Operation(time: 0, .learn(cue: 0, content: [0])),
        Operation(time: steps, .learn(cue: 1, content: [0])),
      ]))
    return memory.contentToCue.first ?? 0
  }

  /// What stays on the content-to-cue weight of a bit that its cue no longer holds, nA, in the worst order of learnings
  /// `steps` apart: another cue learns the bit, the cue is overwritten without it, and a last cue learns it again just
  /// before the overwritten one is asked, `pause` steps later, or not at all.
  public static func lingering(
    spacing steps: Int, askedAfter pause: Int?, configuration: MemoryConfiguration = .init(),
    options: MemoryOptions = .init()
  ) throws -> Double {
    var memory = try CueContentMemory(cues: 4, contents: 2, configuration: configuration, options: options)
    let learned: [(cue: Int, content: Int)] = [(1, 0), (0, 1), (2, 1), (3, 0)]
    var operations = [Operation(time: 0, .learn(cue: 0, content: [0]))]
    for (place, memory) in learned.enumerated() {
      operations.append(
        Operation(time: 60 + steps * place, .learn(cue: memory.cue, content: [memory.content])))
    }
    if let pause { operations.append(Operation(time: 60 + 3 * steps + pause, .recallCue(0))) }
    try memory.run(Schedule(operations))
    return memory.contentToCue.first ?? 0
  }
}
