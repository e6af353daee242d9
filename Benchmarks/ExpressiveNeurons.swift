import ExpressiveNeurons
import Foundation
import Probability

/// Random events and answers at the sizes of the paper's tasks.
private func data(
  samples: Int, steps: Int, channels: Int, eventsPerStep: Double, classes: Int? = nil
) throws -> SequenceDataSet {
  var stream = RandomStream(seed: 1, "benchmark")
  let inputs = try (0..<samples).map { _ in
    let count = Int(eventsPerStep * Double(steps))
    return try EventSequence(
      time: (0..<count).map { _ in stream.integer(below: steps) },
      channel: (0..<count).map { _ in stream.integer(below: channels) },
      values: classes == nil ? (0..<count).map { _ in stream.bernoulli(0.5) ? 1 : -1 } : nil, steps: steps,
      channels: channels)
  }
  if let classes {
    return try SequenceDataSet(
      inputs, .labels((0..<samples).map { _ in stream.integer(below: classes) }, classes: classes))
  }
  return try SequenceDataSet(
    inputs,
    .traces(
      inputs.map { _ in (0..<2 * steps).map { $0 % 2 == 0 ? 0 : Float(stream.uniform()) } }, outputs: 2),
    voltage: .neuronIO)
}

func measureExpressiveNeurons(_ bench: inout Bench) throws {
  let one = try bench.peer("elm.py")
  let two = try bench.peer("elm.py", threads: 2)
  let neuronIO = try data(samples: 32, steps: 500, channels: 1278, eventsPerStep: 13.5)
  let digits = try data(samples: 32, steps: 1000, channels: 700, eventsPerStep: 8, classes: 19)
  var adding = ELMConfiguration.spikingDigits(classes: 19, binMilliseconds: 2)
  adding.learnsMemoryTimeConstants = false
  let cases:
    [(name: String, configuration: ELMConfiguration, data: SequenceDataSet, repeats: Int, floor: String)] = [
      ("Branch-ELM, 20 memory units, batch 8, 500 ms", .neuronIO(), neuronIO, 60, "83 MFLOP, 11 MB of rows"),
      (
        "Branch-ELM, 100 memory units, batch 8, 500 ms", .neuronIO(memoryUnits: 100), neuronIO, 20,
        "1.18 GFLOP, 36 MB of rows"
      ),
      (
        "ELM for SHD-Adding, 100 memory units, batch 8, 1000 steps", adding, digits, 10,
        "2.0 GFLOP, 64 MB of rows"
      ),
    ]
  for item in cases {
    func step(threads: Int) throws -> Double {
      let trainer = try SequenceTrainer(
        .elm(ELMNeuron(item.configuration, seed: 1)), plan: TrainingPlan(steps: 1000), data: item.data,
        seed: 1,
        threads: threads)
      return try least(item.repeats) { bench.sink += try trainer.step() }
    }
    let (single, double) = (try step(threads: 1), try step(threads: 2))
    bench.add("\(item.name): training step", "TorchScript", single, one[item.name], floor: item.floor)
    // TorchScript is slower on two threads here; a user would then leave it at one.
    let best = [one[item.name], two[item.name]].compactMap(\.self).min()
    bench.add(
      "\(item.name): training step, two threads", "TorchScript, the better of one and two threads", double,
      best,
      floor: item.floor)
    print(String(format: "two threads over one: %.2f", single / double))
  }
  let stepper = try ELMStepper(ELMNeuron(.neuronIO(), seed: 1))
  let input = neuronIO.inputs[0]
  let steps = (0..<input.steps).map { step in
    let events = input.events(at: step)
    return (events.map { Int(input.channel[$0]) }, Array(input.values[events]))
  }
  let streaming =
    try least(20) {
      for (channels, values) in steps {
        bench.sink += Double(try stepper.step(channels: channels, values: values)[0])
      }
    } / Double(steps.count)
  bench.add(
    "streaming, 20 memory units, one step", "TorchScript", streaming,
    one["streaming, 20 memory units, one step"],
    floor: "6.9 kFLOP, one chain of 65 dependent sums")
}
