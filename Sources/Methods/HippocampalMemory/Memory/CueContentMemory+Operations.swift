import Probability
import Spiking

/// One operation after the other, ``CueContentMemory/restSteps`` apart.
extension CueContentMemory {
  /// Stores content under a cue, overwriting what was there.
  ///
  /// - Throws: ``MemoryError`` for a cue or bit that is not there, and for empty content.
  public mutating func learn(cue: Int, content: [Int]) throws {
    _ = try perform(.learn(cue: cue, content: content))
  }

  /// Asks for the content of a cue.
  public mutating func recall(cue: Int) throws -> Recall { try perform(.recallCue(cue))! }

  /// Asks for the cues whose content holds at least one of the bits, all presented at once as in the paper.
  ///
  /// Asking for several bits at once also *teaches*: each of them gains 6 e^(−2/3) nA towards every cue that answers,
  /// so that a second such question can bring up cues that never had the bit. ``recall(any:)`` asks one by one and
  /// leaves the memory as it is.
  public mutating func recall(content: [Int]) throws -> Recall { try perform(.recallContent(content))! }

  /// Asks for the cues whose content holds at least one of the bits, one bit after the other.
  public mutating func recall(any content: [Int]) throws -> [Int] {
    try overlaps(with: content).map(\.cue).sorted()
  }

  /// Removes a cue's memory: its synapses of both directions go to the least weight.
  public mutating func forget(cue: Int) throws { _ = try perform(.forget(cue: cue)) }

  /// Asks for the cues whose content holds all of the bits: one recall a bit, and the cues that answer each.
  public mutating func recall(all content: [Int]) throws -> [Int] {
    let counts = try overlaps(with: content)
    return counts.filter { $0.overlap == Set(content).count }.map(\.cue)
  }

  /// Asks with each bit by itself and counts how many bits each cue answers; the best match comes first.
  public mutating func overlaps(with content: [Int]) throws -> [(cue: Int, overlap: Int)] {
    var counts: [Int: Int] = [:]
    for bit in Set(content).sorted() {
      for cue in try recall(content: [bit]).cues { counts[cue, default: 0] += 1 }
    }
    return counts.map { (cue: $0.key, overlap: $0.value) }.sorted {
      ($1.overlap, $0.cue) < ($0.overlap, $1.cue)
    }
  }

  private mutating func perform(_ action: Operation.Action) throws -> Recall? {
    let operation = Operation(time: network.step, action)
    let answers = try run(Schedule([operation]))
    network.run(steps: max(0, operation.time + restSteps - network.step))
    return answers.first
  }

  /// Makes input lines spike, each for itself a step early or late when the input jitters.
  mutating func present(_ lines: [Int], at step: Int) throws {
    guard let jitter = inputJitter else { return try network.fire(lines, in: input, at: step) }
    for line in lines {
      var shift = 0
      if inputJitter!.stream.bernoulli(jitter.chance) { shift = inputJitter!.stream.bernoulli(0.5) ? 1 : -1 }
      try network.fire([line], in: input, at: max(network.step, step + shift))
    }
  }
}
