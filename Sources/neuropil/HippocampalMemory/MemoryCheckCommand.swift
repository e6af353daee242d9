import ArgumentParsing
import HippocampalMemory
import Laboratory
import NeuralData

/// A schedule, checked before it runs.
struct MemoryCheckCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "check",
      abstract: "Looks for unsafe spacing in a schedule, and for the smallest schedule that is safe.",
      discussion:
        "Names the operations that come too close, and what the second leaves of the first one's weights, in nA beside the threshold. The whole schedule is simulated on an empty memory; wrong answers are named, and questions that would be answered wrongly afterwards. The operations are then moved apart just so far that nothing is wrong. Exits with 0 also when the schedule is unsafe; --strict exits with 65.",
      examples: [
        .init("neuropil memory check --experiment 3", "The paper's map, learned 7 steps apart."),
        .init("neuropil memory check --experiment 1 --strict --json", "As JSON, for a script."),
      ])
  }
  @OptionGroup var schedule: ScheduleGroup
  @OptionGroup var memory: MemoryGroup
  @Flag("Exits with 65 when the schedule is unsafe.") var strict
  @Option("Writes the smallest safe schedule.", valueName: "FILE", completion: .file) var out: String?
  @OptionGroup var common: CommonOptions

  func validate() throws { try memory.refuseSaved() }

  func run() throws {
    let (operations, _, size) = try schedule.read(memory)
    let (cues, contents) = try memory.size(size)
    let check = try ScheduleCheck(
      operations, cues: cues, contents: contents, configuration: memory.configuration, options: memory.options
    )
    if let out, let safe = check.smallestSafeSchedule { try AtomicFile.write(safe.json + "\n", to: out) }
    if common.json {
      print(JSONText.encode(check))
    } else {
      show(check)
    }
    if strict, !check.isSafe {
      throw MemoryError.badEntry(
        "the schedule",
        "\(check.conflicts.count) too close, \(check.wrongAnswers) wrong answers, \(check.lost.count) lost",
        expected: "a safe one")
    }
  }

  private func show(_ check: ScheduleCheck) {
    if !check.conflicts.isEmpty {
      showTable(
        ["first", "second", "steps", "needs", "risk"],
        check.conflicts.map { conflict in
          let risk =
            conflict.remaining.map {
              "\(decimals($0)) nA left of bit \(conflict.sharedContent.map(String.init).joined(separator: ", ")), needs \(decimals(conflict.threshold))\(conflict.loses ? ": lost" : "")"
            } ?? "the volleys overlap"
          return [
            conflict.operations[0], conflict.operations[1], "\(conflict.steps)", "\(conflict.needed)", risk,
          ]
        })
    }
    print(
      "simulated: \(check.answers.count - check.wrongAnswers) of \(check.answers.count) recalls right\(check.leastMargin.map { ", least margin \(decimals($0)) nA" } ?? "")"
    )
    for answer in check.answers where !answer.correct {
      print(
        "  wrong at step \(answer.time): \(answer.answer.map(String.init).joined(separator: " ")) instead of \(answer.expected.map(String.init).joined(separator: " "))"
      )
    }
    for loss in check.lost {
      print(
        "  lost: \(loss.cue.map { "cue \($0)" } ?? "content bit \(loss.content ?? 0)") asked later would be answered wrongly, by \(decimals(-loss.margin)) nA"
      )
    }
    guard !check.isSafe else { return print("the schedule is safe") }
    guard let safe = check.smallestSafeSchedule else {
      return print("no spacing up to 400 steps makes it safe")
    }
    print(
      "smallest safe schedule found, \(safe.operations.last!.time - safe.operations[0].time) steps from first to last:"
    )
    print("  times " + safe.operations.map { "\($0.time)" }.joined(separator: " "))
  }
}
