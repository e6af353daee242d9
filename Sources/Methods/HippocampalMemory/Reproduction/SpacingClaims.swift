import Figures
import Foundation
import Laboratory
import Spiking

/// How far operations must lie apart, by experiment, and why.
struct SpacingClaims {
  private static let spacings = Array(6...14)
  private let fresh, replaced, rested: [StudyResult]

  init(_ claims: inout ClaimList, _ context: ReproductionContext) throws {
    let seeds = [Scale.smoke: 3, .quick: 40, .long: 400, .paper: 400][context.scale]!
    var study = try MemoryStudy(
      cues: 16, contents: 16, density: 0.3, seeds: seeds, seed: context.seed, threads: context.threads)
    func measure(_ study: MemoryStudy) throws -> [StudyResult] {
      try study.spacing(Self.spacings, ledger: context.ledger, progress: context.progress)
    }
    fresh = try measure(study)
    study.overwrites = true
    replaced = try measure(study)
    study.pause = 40
    rested = try measure(study)
    func at(_ spacing: Int, _ results: [StudyResult]) -> StudyResult { results[spacing - Self.spacings[0]] }
    let documentation = "the group's documentation"
    claims.add(
      "spacing.cue", documentation, "7 steps after learning are enough: recall by cue", published: "right",
      method: "\(seeds) random memories, 16 cues, 16 bits, every cue asked",
      Measurement(
        holds: at(7, fresh).byCue.share == 1, text: Self.percent(at(7, fresh).byCue) + " right"))
    claims.add(
      "spacing.content", documentation, "7 steps after learning are enough: recall by content",
      published: "right", method: "the same memories, every bit asked",
      Measurement(
        holds: at(7, fresh).byContent.low > 0.99, text: Self.percent(at(7, fresh).byContent) + " right",
        note:
          "the next learning depresses bits it shares below threshold; 10 steps: \(Self.percent(at(10, fresh).byContent))"
      ))
    claims.add(
      "spacing.replaced", documentation, "the same where every memory is replaced before it is asked",
      published: "right", method: "the same, each cue learned twice",
      Measurement(
        holds: at(7, replaced).byContent.low > 0.99,
        text: Self.percent(at(7, replaced).byContent) + " right",
        note:
          "by cue \(Self.percent(at(7, replaced).byCue)), at 8 steps \(Self.percent(at(8, replaced).byCue)); by content at 10 steps \(Self.percent(at(10, replaced).byContent)), at 13 \(Self.percent(at(13, replaced).byContent))"
      ))
    try claimReplaced(at(10, replaced), at(10, rested), at(13, replaced), seeds, &claims)
  }

  /// Why replaced memories that are asked at once need more than 10 steps.
  private func claimReplaced(
    _ asked: StudyResult, _ rested: StudyResult, _ wide: StudyResult, _ seeds: Int, _ claims: inout ClaimList
  ) throws {
    let learned = try ScheduleCheck.lingering(spacing: 10, askedAfter: nil)
    let questioned = try ScheduleCheck.lingering(spacing: 10, askedAfter: 10)
    let threshold = CurrentLIF.fast.firingThreshold(timeStep: 1)
    claims.add(
      "spacing.ten", "this reproduction", "10 steps are enough, also where every memory is replaced",
      published: "not tested",
      method:
        "the same replaced memories, asked at once and 40 steps later; weights of one bit in the worst order of learnings",
      Measurement(
        holds: rested.byContent.share == 1 && asked.byContent.share == 1,
        text:
          "asked 40 steps later \(Self.percent(rested.byContent)) right, asked at once \(Self.percent(asked.byContent)), at 13 steps \(Self.percent(wide.byContent))",
        note: String(
          format:
            "all %d mistakes are cues that no longer hold the bit, none is missing one (%d): an overwritten bit keeps up to %.2f nA of the %.2f that make a cue answer, and the first question, asked while the last learning's traces last, lifts it to %.2f",
          asked.wrongCues, asked.missingCues, learned, threshold, questioned)))
  }

  private static func percent(_ score: StudyResult.Score) -> String {
    String(format: "%.1f %% (%.1f to %.1f)", (score.share ?? 0) * 100, score.low * 100, score.high * 100)
  }

  /// Right recalls by distance, and the weights behind them.
  func figures() throws -> [Figure] {
    let distances = Array(5...20)
    let threshold = CurrentLIF.fast.firingThreshold(timeStep: 1)
    func weights(_ name: String, _ weight: (Int) throws -> Double) rethrows -> Mark {
      Mark(name, .line(x: distances.map(Double.init), y: try distances.map(weight)))
    }
    let limit = Mark(
      "threshold", .line(x: [5, 20], y: [threshold, threshold], isDashed: true), colour: 6)
    return [
      Figure(
        id: "memory-spacing", title: "How far apart must operations be?",
        caption:
          "Right recalls of random memories, 16 cues and 16 bits, with 95 % intervals; asked at once, and replaced ones also 40 steps later. The group's pages ask for 7 steps.",
        x: Axis("steps from one operation to the next"), y: Axis("right recalls (%)", range: 0...102),
        marks: [
          fresh.line("by cue, fresh", \.byCue), fresh.line("by content, fresh", \.byContent),
          replaced.line("by cue, replaced", \.byCue), replaced.line("by content, replaced", \.byContent),
          rested.line("the same, asked later", \.byContent),
        ]),
      Figure(
        id: "memory-remaining", title: "What later operations leave of a weight",
        caption:
          "Content-to-cue weights: left, of a bit that another cue learned too, which must stay above the dashed threshold; right, of a bit that its cue no longer holds, which must stay below.",
        panels: [
          Panel(
            title: "a bit that is shared", x: Axis("steps between the two learnings"),
            y: Axis("weight (nA)", range: 0...6.2),
            marks: [try weights("shared") { try ScheduleCheck.remaining(after: $0) }, limit]),
          Panel(
            title: "a bit that was overwritten", x: Axis("steps from one operation to the next"),
            y: Axis("weight (nA)", range: 0...6.2),
            marks: [
              try weights("not asked") { try ScheduleCheck.lingering(spacing: $0, askedAfter: nil) },
              try weights("asked at once") { try ScheduleCheck.lingering(spacing: $0, askedAfter: $0) },
              limit,
            ]),
        ]),
    ]
  }
}
