import Foundation
import NeuralData

/// Something asked of a memory at a step of 1 ms.
public struct Operation: Sendable, Hashable {
  /// What is asked.
  public enum Action: Sendable, Hashable {
    /// Stores content under a cue, overwriting what was there; the input lasts `hold` steps, 3 in the protocol.
    case learn(cue: Int, content: [Int], hold: Int = 3)
    /// Asks for the content of a cue.
    case recallCue(Int)
    /// Asks for the cues whose content holds at least one of the bits.
    case recallContent([Int])
    /// Sets a cue's synapses to the least weight; not an operation of spikes.
    case forget(cue: Int)
  }

  /// The step of the first input spike.
  public var time: Int
  /// What is asked.
  public var action: Action

  /// An operation.
  public init(time: Int, _ action: Action) {
    self.time = time
    self.action = action
  }

  /// Whether it stores something.
  public var isLearning: Bool { if case .learn = action { true } else { false } }

  /// The operation in words, such as `recall of cue 3 at step 70`.
  public var name: String {
    switch action {
    case .learn(let cue, _, _): "learning of cue \(cue) at step \(time)"
    case .recallCue(let cue): "recall of cue \(cue) at step \(time)"
    case .recallContent(let bits):
      "recall of content \(bits.map(String.init).joined(separator: ",")) at step \(time)"
    case .forget(let cue): "forgetting of cue \(cue) at step \(time)"
    }
  }
}

extension Operation: Codable {
  private struct Learn: Codable {
    var cue: Int
    var content: [Int]
    var hold: Int?
  }
  private struct Query: Codable {
    var cue: Int?
    var content: [Int]?
  }
  /// Any numbers, so that one that is not whole is named.
  private struct Numbers: Decodable {
    var cue: Double?
    var content: [Double]?
    var hold: Double?
  }
  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads `{"time": 0, "learn": {"cue": 0, "content": [1]}}`, `"recall"` with a `cue` or `content`, or `"forget"`
  /// with a `cue`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let known = ["time", "learn", "recall", "forget"]
    func fail(_ text: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: container.codingPath, debugDescription: text))
    }
    if let unknown = container.allKeys.map(\.stringValue).sorted().first(where: { !known.contains($0) }) {
      throw fail("'\(unknown)' is not a key of an operation; expected time and one of learn, recall, forget")
    }
    let steps = try container.decode(Double.self, forKey: Key(stringValue: "time"))
    guard let whole = Int(exactly: steps) else {
      throw fail("time is \(steps), but must be a whole number of 1 ms steps")
    }
    time = whole
    let given = known.dropFirst().filter { container.contains(Key(stringValue: $0)) }
    guard given.count == 1 else {
      throw fail(
        "an operation needs exactly one of learn, recall, forget, but has \(given.isEmpty ? "none" : given.joined(separator: " and "))"
      )
    }
    let numbers = try container.decode(Numbers.self, forKey: Key(stringValue: given[0]))
    func wholeNumber(_ name: String, _ value: Double?) throws -> Int? {
      try value.map { value in
        guard let whole = Int(exactly: value) else {
          throw fail("\(given[0]).\(name) holds \(value), but must hold whole numbers")
        }
        return whole
      }
    }
    let cue = try wholeNumber("cue", numbers.cue)
    let content = try numbers.content?.map { try wholeNumber("content", $0)! }
    switch (given[0], cue, content) {
    case ("learn", let cue?, let content?):
      action = .learn(cue: cue, content: content, hold: try wholeNumber("hold", numbers.hold) ?? 3)
    case ("learn", _, _): throw fail("learn needs 'cue' and 'content'")
    case ("recall", let cue?, nil): action = .recallCue(cue)
    case ("recall", nil, let bits?): action = .recallContent(bits)
    case ("recall", _, _): throw fail("a recall needs either 'cue' or 'content'")
    case (_, let cue?, nil): action = .forget(cue: cue)
    default: throw fail("forget needs a 'cue' and nothing else")
    }
  }

  /// Writes the same form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(time, forKey: Key(stringValue: "time"))
    switch action {
    case .learn(let cue, let content, let hold):
      try container.encode(
        Learn(cue: cue, content: content, hold: hold == 3 ? nil : hold), forKey: Key(stringValue: "learn"))
    case .recallCue(let cue):
      try container.encode(Query(cue: cue), forKey: Key(stringValue: "recall"))
    case .recallContent(let bits):
      try container.encode(Query(content: bits), forKey: Key(stringValue: "recall"))
    case .forget(let cue): try container.encode(Query(cue: cue), forKey: Key(stringValue: "forget"))
    }
  }
}
