import ExpressiveNeurons
import Foundation
import LinearAlgebra
import NeuralData
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

/// Floating-point operations in a second of OpenBLAS's matrix product on one thread, `[1024, 1024]`.
private func productRate() -> Double {
  let size = 1024
  let numbers = (0..<size * size).map { Float($0 % 7) }
  var result = [Float](repeating: 0, count: size * size)
  let seconds = numbers.withUnsafeBufferPointer { numbers in
    result.withUnsafeMutableBufferPointer { result in
      least(8) {
        BLAS.multiply(
          MatrixView(numbers, rows: size, columns: size), MatrixView(numbers, rows: size, columns: size),
          into: MutableMatrixView(result, rows: size, columns: size))
      }
    }
  }
  return 2 * pow(Double(size), 3) / seconds
}

/// How far the process's memory rises while `work` runs, in bytes; `nil` where the system does not tell.
private func memoryRise(_ work: () throws -> Void) rethrows -> Int? {
  func kilobytes(_ name: String) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    return status.split(separator: "\n").first { $0.hasPrefix(name) }.flatMap {
      Int($0.split(whereSeparator: \.isWhitespace)[1])
    }
  }
  // 5 sets the peak back to what is in use.
  try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
  let before = kilobytes("VmRSS:")
  try work()
  guard let before, let peak = kilobytes("VmHWM:") else { return nil }
  return (peak - before) * 1024
}

/// The largest difference between our outputs and the peer's on the same weights and events.
private func difference(of neuron: ELMNeuron, on input: EventSequence) throws -> Double? {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("elm-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let files = ["weights.safetensors", "events.npz", "outputs.npz"].map {
    folder.appendingPathComponent($0).path
  }
  try ModelFile.write(.elm(neuron), to: files[0])
  try EventFile.write(input, to: files[1])
  try NPZ.write(
    ModelRecording(.elm(neuron), [input], withState: false).arrays(withState: false), to: files[2])
  let (python, output) = (Process(), Pipe())
  python.executableURL = URL(fileURLWithPath: ".deps/peers/bin/python")
  python.arguments = ["Benchmarks/peers/elm.py"] + files
  python.standardOutput = output
  try python.run()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  python.waitUntilExit()
  return (try? JSONDecoder().decode([String: Double].self, from: data))?["largest difference"]
}

func measureExpressiveNeurons(_ bench: inout Bench) throws {
  let one = try bench.peer("elm.py")
  let two = try bench.peer("elm.py", threads: 2)
  let neuronIO = try data(samples: 32, steps: 500, channels: 1278, eventsPerStep: 13.5)
  let digits = try data(samples: 32, steps: 1000, channels: 700, eventsPerStep: 8, classes: 19)
  var adding = ELMConfiguration.spikingDigits(classes: 19, binMilliseconds: 2)
  adding.learnsMemoryTimeConstants = false
  let rate = productRate()
  let cases:
    [(
      name: String, configuration: ELMConfiguration, data: SequenceDataSet, repeats: Int, operations: Double,
      floor: String
    )] = [
      (
        "Branch-ELM, 20 memory units, batch 8, 500 ms", .neuronIO(), neuronIO, 60, 82.6e6,
        "83 MFLOP, 11 MB of rows"
      ),
      (
        "Branch-ELM, 100 memory units, batch 8, 500 ms", .neuronIO(memoryUnits: 100), neuronIO, 20, 1.18e9,
        "1.18 GFLOP, 36 MB of rows"
      ),
      (
        "ELM for SHD-Adding, 100 memory units, batch 8, 1000 steps", adding, digits, 10, 2.0e9,
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
    let rise = try memoryRise {
      let trainer = try SequenceTrainer(
        .elm(ELMNeuron(item.configuration, seed: 1)), plan: TrainingPlan(steps: 1000), data: item.data,
        seed: 1, threads: 1)
      bench.sink += try trainer.step()
    }
    let (single, double) = (try step(threads: 1), try step(threads: 2))
    var floor = item.floor
    floor += String(
      format: "; %.0f %% of OpenBLAS's %.0f GFLOP/s", 100 * item.operations / single / rate, rate / 1e9)
    if let rise, let theirs = one["\(item.name), memory"] {
      floor += String(
        format: "; memory rises by %.0f MB, the peer's by %.0f MB", Double(rise) / 1e6, theirs / 1e6)
    }
    if let apart = try difference(of: ELMNeuron(item.configuration, seed: 1), on: item.data.inputs[0]) {
      floor += String(format: "; outputs within %.0e of the peer's", apart)
    }
    bench.add("\(item.name): training step", "TorchScript", single, one[item.name], floor: floor)
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
