import HippocampalMemory

func measureHippocampalMemory(_ bench: inout Bench) throws {
  let brian2 = try bench.peer("memory.py", environment: "peers-brian2")
  let stress = PublishedExperiment.stress
  let second = try least(20) {
    var memory = try CueContentMemory(cues: stress.cues, contents: stress.contents)
    bench.sink += Double(try memory.run(stress.schedule, until: stress.steps).count(where: \.correct))
  }
  bench.add(
    "experiment 2, 851 steps", "Brian2", second, brian2["experiment 2, 851 steps"],
    floor: "59000 neuron updates, 400 rows of weights")
  let size = 256
  let operations = (0..<2 * size).map { index in
    Operation(
      time: 14 * index,
      index < size
        ? .learn(cue: index, content: (0..<size).filter { ($0 * 7 + index * 13) % 5 < 2 })
        : .recallCue(index - size))
  }
  let schedule = Schedule(operations)
  let template = try CueContentMemory(cues: size, contents: size)
  var right = 0
  let large = try least(7) {
    var memory = template
    right = try memory.run(schedule, until: 7179).count(where: \.correct)
  }
  bench.sink += Double(right)
  if right != size { print("only \(right) of \(size) recalls are right") }
  bench.add(
    "256 cues and bits, learn and recall all, 7179 steps", "Brian2", large,
    brian2["256 cues and bits, learn and recall all, 7179 steps"],
    floor: "17 million neuron updates, 110000 rows of 256 weights")
}
