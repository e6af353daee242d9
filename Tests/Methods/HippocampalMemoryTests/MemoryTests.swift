import HippocampalMemory
import Probability
import Spiking
import Testing

@Suite struct MemoryTests {
  @Test func learnsRecallsOverwritesAndForgets() throws {
    var memory = try CueContentMemory(cues: 6, contents: 12)
    try memory.learn(cue: 0, content: [0, 1, 8, 9])
    try memory.learn(cue: 4, content: [1, 5, 6])
    try memory.learn(cue: 5, content: [1, 5, 11])
    #expect(try memory.recall(cue: 0).content == [0, 1, 8, 9])
    #expect(try memory.recall(content: [1]).cues == [0, 4, 5])
    #expect(try memory.recall(all: [1, 5]) == [4, 5])
    let overlaps = try memory.overlaps(with: [0, 1, 5, 11])
    #expect(overlaps.map(\.cue) == [5, 0, 4])
    #expect(overlaps.map(\.overlap) == [3, 2, 2])
    try memory.learn(cue: 4, content: [2])
    #expect(try memory.recall(any: [5, 6]) == [5])
    #expect(try memory.recall(cue: 4).content == [2])
    try memory.forget(cue: 0)
    let gone = try memory.recall(cue: 0)
    #expect(gone.content == [] && gone.expected == [] && gone.correct && gone.margin > 0)
    #expect(try memory.recall(any: [0, 8, 9]) == [])
    #expect(try memory.recall(cue: 1).content == [])
    for _ in 0..<100 {
      #expect(try memory.recall(cue: 5).content == [1, 5, 11])
      #expect(try memory.recall(content: [11]).cues == [5])
    }
  }

  /// Random work, held against the ideal memory.
  @Test(arguments: CircuitKind.allCases, 0..<6)
  func equalsTheIdealMemory(circuit: CircuitKind, seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), "work")
    let (cues, contents) = (2 + stream.integer(below: 12), 3 + stream.integer(below: 14))
    var memory = try CueContentMemory(cues: cues, contents: contents, configuration: .init(circuit))
    for step in 0..<120 {
      let cue = stream.integer(below: cues)
      let content = stream.sample(1 + stream.integer(below: min(contents, 5)), outOf: contents)
      switch stream.integer(below: circuit.recallsByContent ? 4 : 3) {
      case 0: try memory.learn(cue: cue, content: content)
      case 1: if step % 5 == 0 { try memory.forget(cue: cue) }
      case 2: #expect(try memory.recall(cue: cue).correct, "cue \(cue), operation \(step)")
      default:
        #expect(try memory.recall(content: [content[0]]).correct, "content \(content), operation \(step)")
      }
    }
  }

  /// Asking for two bits at once strengthens both towards the answering cue, until the wrong one answers too.
  @Test func askingForSeveralBitsTeaches() throws {
    var memory = try CueContentMemory(cues: 3, contents: 4)
    try memory.learn(cue: 0, content: [0])
    #expect(try memory.recall(content: [1]).cues == [])
    for _ in 0..<2 { #expect(try memory.recall(content: [0, 1]).correct) }
    let wrong = try memory.recall(content: [1])
    #expect(wrong.cues == [0] && !wrong.correct && wrong.margin < 0)
    var careful = try CueContentMemory(cues: 3, contents: 4)
    try careful.learn(cue: 0, content: [0])
    for _ in 0..<50 { #expect(try careful.recall(any: [0, 1]) == [0]) }
    #expect(try careful.recall(content: [1]).cues == [])
  }

  /// Overwriting leaves 6 e^(−2/3) nA on each old bit: too little alone, enough for two of them together.
  @Test func twoOverwrittenBitsBringTheCueBack() throws {
    func answer(to bits: [Int]) throws -> Recall {
      var memory = try CueContentMemory(cues: 2, contents: 4)
      try memory.learn(cue: 0, content: [1, 2])
      try memory.learn(cue: 0, content: [3])
      return try memory.recall(content: bits)
    }
    let one = try answer(to: [1])
    #expect(one.cues == [] && one.margin > 0 && one.margin < 0.3)
    let two = try answer(to: [1, 2])
    #expect(two.cues == [0] && two.expected == [] && two.margin < -2.5)
  }

  /// What happens outside the protocol, as recorded: a learning held 1 to 5 steps stores, cue and content together for
  /// one step add content.
  @Test(arguments: [1, 2, 4, 5])
  func otherLengthsOfLearningStoreToo(hold: Int) throws {
    var memory = try CueContentMemory(cues: 6, contents: 8)
    let answers = try memory.run(
      Schedule([
        Operation(time: 0, .learn(cue: 0, content: [3, 4], hold: hold)), Operation(time: 40, .recallCue(0)),
        Operation(time: 60, .recallContent([3])),
      ]))
    #expect(answers.map(\.answer) == [[3, 4], [0]])
  }

  @Test func aCheckAddsContent() throws {
    var memory = try CueContentMemory(cues: 6, contents: 8)
    let answers = try memory.run(
      Schedule([
        Operation(time: 0, .learn(cue: 0, content: [3, 4])),
        Operation(time: 20, .learn(cue: 0, content: [5], hold: 1)), Operation(time: 60, .recallCue(0)),
      ]))
    #expect(answers[0].content == [3, 4, 5])
    #expect(!answers[0].correct)
  }

  @Test func binaryCuesComeBack() throws {
    var memory = try CueContentMemory(cues: 40, contents: 8, configuration: .init(.dgCA3CA1))
    #expect(memory.circuit.cueLines == 6)
    for cue in 0..<40 { try memory.learn(cue: cue, content: [cue % 8, (cue * 3 + 1) % 8]) }
    for cue in 0..<40 {
      let recall = try memory.recall(cue: cue)
      #expect(recall.cues == [cue])
      #expect(recall.correct, "cue \(cue): \(recall.content), expected \(recall.expected)")
    }
  }

  /// A memory inside a larger network: its answer drives a population of the network.
  @Test func standsInALargerNetwork() throws {
    var network = try Network(timeStep: 1)
    let cue = try network.addSources("place", count: 4)
    let content = try network.addSources("object", count: 5)
    let circuit = try HippocampalCircuit(addingTo: &network, cues: 4, contents: 5, prefix: "memory.")
    try circuit.connectInput(cue: cue, content: content, in: &network)
    let cueReader = try network.add("cue reader", count: 4, .currentLIF(.output))
    let reader = try network.add("reader", count: 5, .currentLIF(.output))
    try circuit.connectOutput(cue: cueReader, content: reader, in: &network)
    let motor = try network.add("motor", count: 5, .currentLIF(.slow))
    try network.connect(reader, to: motor, .oneToOne(weight: 6))
    network.recordSpikes(of: motor)
    for step in 0..<3 {
      try network.fire([2], in: cue, at: step)
      try network.fire([1, 4], in: content, at: step)
    }
    try network.fire([2], in: cue, at: 30)
    network.run(steps: 40)
    #expect(network.raster(of: motor).spikes(at: 37) == [1, 4])
  }

  @Test func initialWeightsAreContent() throws {
    var memory = try CueContentMemory(
      cues: 2, contents: 3, initialCueToContent: [6, 0, 6, 0, 0, 0], initialContentToCue: [6, 0, 0, 0, 6, 0])
    #expect(try memory.recall(cue: 0).content == [0, 2])
    #expect(try memory.recall(content: [2]).cues == [0])
  }

  /// Margins read from the weights are those of the answers, and tell a memory that cannot be asked any more.
  @Test func marginsTellWhatIsSafe() throws {
    for history in [PairSTDP.History.unlimited, .newest(15)] {
      var memory = try CueContentMemory(cues: 3, contents: 5, options: .init(postSpikeHistory: history))
      try memory.learn(cue: 0, content: [0, 1])
      try memory.learn(cue: 1, content: [1, 4])
      try memory.learn(cue: 0, content: [2, 3])
      for cue in 0..<3 {
        let margin = try memory.margin(ofCue: cue)
        #expect(abs(try memory.recall(cue: cue).margin - margin) < 0.01 && margin > 0)
      }
      for bit in 0..<5 {
        let margin = try memory.margin(ofContent: bit)
        #expect(abs(try memory.recall(content: [bit]).margin - margin) < 0.01 && margin > 0)
      }
      #expect(memory.margins.cues.count == 3 && memory.margins.contents.count == 5)
    }
    // Two learnings with a common bit, 7 steps apart: the first cue does not answer it any more.
    var hasty = try CueContentMemory(cues: 2, contents: 1)
    try hasty.run(
      Schedule([
        Operation(time: 0, .learn(cue: 0, content: [0])), Operation(time: 7, .learn(cue: 1, content: [0])),
      ]))
    #expect(try hasty.margin(ofContent: 0) < -0.9 && hasty.margin(ofCue: 0) > 2)
    #expect(throws: MemoryError.outOfRange("the cue", "2", allowed: "0 to 1")) { try hasty.margin(ofCue: 2) }
    #expect(throws: MemoryError.outOfRange("the content bit", "-1", allowed: "0 to 0")) {
      try hasty.margin(ofContent: -1)
    }
    let oneWay = try CueContentMemory(cues: 2, contents: 2, configuration: .init(.ca3))
    #expect(oneWay.margins.contents.isEmpty)
    #expect(throws: MemoryError.self) { try oneWay.margin(ofContent: 0) }
  }
}
