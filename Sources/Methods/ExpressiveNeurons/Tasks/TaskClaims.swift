import Foundation
import Laboratory
import Parallel

/// What is claimed about the tasks themselves, measured without learning anything.
public enum TaskClaims {
  /// Every claim about the tasks.
  ///
  /// - Parameter inputs: how many synaptic inputs of 6 s are drawn.
  public static func measure(seed: UInt64, threads: Int, inputs: Int = 64) throws -> [ClaimResult] {
    [
      try synapticInput(seed: seed, threads: threads, count: inputs), try spikeBins(), try addingChance(),
      try listOpsLength(seed: seed, threads: threads),
    ]
  }

  /// How many input spikes reach the neuron in a millisecond.
  static func synapticInput(seed: UInt64, threads: Int, count: Int) throws -> ClaimResult {
    let input = SynapticInput()
    let spikes = try parallelMap(count: count, threads: threads) {
      try input.events(steps: 6000, seed: seed, simulation: $0).count
    }
    let mean = Double(spikes.reduce(0, +)) / Double(count * 6000)
    return ClaimResult(
      Claim(
        id: "elm.input", source: "NeuronIO, data generator",
        statement: "The 1,278 synapses of NeuronIO's cell receive 13 to 14 spikes in a millisecond.",
        published: "13 to 14", method: "mean over \(count) inputs of 6 s from our input process",
        agreement: 12.5...14.5),
      Measurement(
        mean, text: String(format: "%.2f", mean),
        note: String(
          format: "Rates differ between inputs: the mean of %d has a standard error of %.2f.", count,
          0.96 / Double(count).squareRoot())))
  }

  /// How many bins a second of spikes has.
  static func spikeBins() throws -> ClaimResult {
    let published = [
      1: 1000, 2: 500, 4: 250, 5: 200, 6: 167, 8: 125, 10: 100, 20: 50, 50: 20, 100: 10,
    ]
    let right = try published.count { try SpikeBinning(milliseconds: $0.key).count == $0.value }
    return ClaimResult(
      Claim(
        id: "elm.bins", source: "published data loader",
        statement: "Bins of 1 to 100 ms cut a digit into 1,000 to 10 steps, bins of 6 ms into 167.",
        published: "\(published.count) widths", method: "counted"),
      Measurement(
        holds: right == published.count, text: "\(right) of \(published.count) widths"))
  }

  /// How often a constant answer is the sum of two digits.
  static func addingChance() throws -> ClaimResult {
    // Ten of the hundred pairs of digits add up to 9.
    let best = (0...18).map { sum in Double(10 - abs(sum - 9)) / 100 }.max()!
    return ClaimResult(
      Claim(
        id: "elm.adding-chance", source: "SHD-Adding",
        statement: "Chance level of SHD-Adding is one in 19 classes.", published: "0.053",
        method: "the share of the commonest sum among all pairs of digits", agreement: 0.05...0.056),
      Measurement(
        best, text: String(format: "%.2f", best),
        note:
          "Sums of two digits are not equally likely: 9 comes up once in ten, so a constant answer reaches 0.10, the accuracy that the paper reports for an LSTM at fine bins."
      ))
  }

  /// How long the expressions of ListOps are.
  static func listOpsLength(seed: UInt64, threads: Int) throws -> ClaimResult {
    let task = ListOpsTask(sizes: SplitSizes(training: 300, validation: 1, test: 1), seed: seed)
    let lengths = try task.expressions(threads: threads).map(\.tokens.count)
    let mean = Double(lengths.reduce(0, +)) / Double(lengths.count)
    return ClaimResult(
      Claim(
        id: "elm.listops-length", source: "Long Range Arena",
        statement: "ListOps has expressions of up to 2,000 tokens.", published: "2k",
        method: "the longest of \(lengths.count) expressions", agreement: 1500...2000),
      Measurement(
        Double(lengths.max()!), text: "\(lengths.max()!)",
        note: String(format: "The mean length is %.0f tokens.", mean)))
  }
}
