import Spiking

extension CueContentMemory {
  /// Runs a schedule whose times count from the network's first step, and decodes every recall.
  ///
  /// - Parameters:
  ///   - steps: where to stop; after the last answer unless given.
  ///   - report: called now and then with the steps done.
  /// - Returns: the answers, in the order of the recalls.
  /// - Throws: ``MemoryError`` for operations that cannot be done, begin in the past or end after `steps`.
  @discardableResult
  public mutating func run(
    _ schedule: Schedule, until steps: Int? = nil, report: ((Int) throws -> Void)? = nil
  ) throws -> [Recall] {
    let kind = circuit.configuration.circuit
    try schedule.validate(cues: circuit.cues, contents: circuit.contents, circuit: kind)
    let needed = schedule.steps(of: kind)
    let end = steps ?? max(needed, network.step)
    guard end >= needed else {
      throw MemoryError.outOfRange(
        "the duration", "\(end) steps", allowed: "at least \(needed), when the last answer has come")
    }
    if let first = schedule.operations.first, first.time < network.step {
      throw MemoryError.outOfRange(
        "the time of the \(first.name)", "\(first.time)",
        allowed: "\(network.step) or later: earlier steps are past")
    }
    var session = ScheduleSession(self, schedule)
    try session.scheduleInput(&self)
    while network.step < end {
      session.beforeStep(&self)
      network.advance()
      session.afterStep(&self)
      if let report, network.step % 512 == 0 { try report(network.step) }
    }
    return session.answers(thresholds)
  }
}
