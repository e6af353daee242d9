import Foundation
import Homeostasis
import Probability
import Testing

@Suite struct StreamStateTests {
  private static let kinds: [ShiftKind] = [
    .swap, .cycle(classes: 4), .relabel, .recurring(concepts: 5), .gradual(width: 60), .covariate,
  ]

  private func stream(
    _ kind: ShiftKind, rate: ShiftRate = .constant(7), timing: ShiftTiming = .exact, classes: Int = 10,
    width: Int = 16, seed: UInt64 = 3
  ) throws -> ConceptStream {
    try ConceptStream(
      samples: 1003, classes: classes, width: width, batch: 10,
      schedule: ShiftSchedule(rate: rate, timing: timing), kind: kind, seed: seed)
  }

  /// One line for everything a learner can see of a batch.
  private func view(_ stream: ConceptStream, _ epoch: Int, _ batch: Int) -> String {
    let labels = (0..<10).map { stream.label(base: UInt8($0), samplesSeen: epoch * 1003 + batch * 10 + $0) }
    return "\(stream.map.names) \(labels) \(String(describing: stream.transform)) \(stream.shifts)"
  }

  @Test(arguments: kinds)
  func resumedStreamIsTheUninterruptedOne(kind: ShiftKind) throws {
    var whole = try stream(kind, rate: .seasons(mean: 7, amplitude: 5, period: 3))
    var resumed = whole
    for epoch in 0..<4 {
      #expect(whole.order(epoch: epoch) == resumed.order(epoch: epoch))
      for batch in 0..<whole.batches {
        let made = whole.advance(epoch: epoch, batch: batch)
        #expect(resumed.advance(epoch: epoch, batch: batch) == made)
        #expect(view(whole, epoch, batch) == view(resumed, epoch, batch))
        if batch % 7 == 3 {
          resumed = try JSONDecoder().decode(ConceptStream.self, from: JSONEncoder().encode(resumed))
          #expect(resumed == whole)
          #expect(resumed.advance(epoch: epoch, batch: batch) == 0)
        }
      }
      whole.finish(epoch: epoch)
      resumed.finish(epoch: epoch)
    }
    #expect(resumed == whole)
  }

  @Test(arguments: kinds, ShiftTiming.allCases)
  func advancingMakesTheScheduledShifts(kind: ShiftKind, timing: ShiftTiming) throws {
    for rate in [0, 1, 7, 50, 51, 99, 100] {
      var stream = try stream(kind, rate: .constant(Double(rate)), timing: timing)
      for epoch in 0..<2 {
        let due = try stream.shiftPositions(epoch: epoch)
        for batch in 0..<100 {
          #expect(stream.advance(epoch: epoch, batch: batch) == due.count { $0 == batch }, "before \(batch)")
        }
        #expect(stream.finish(epoch: epoch) == due.count { $0 == 100 })
        #expect(stream.shifts == (epoch + 1) * due.count)
        if timing == .exact { #expect(due.count == rate && due.contains(100) == (rate > 50)) }
      }
    }
  }

  @Test func skippedBatchesCatchUp() throws {
    var slow = try stream(.swap)
    var fast = slow
    for epoch in 0..<3 {
      for batch in 0..<100 { slow.advance(epoch: epoch, batch: batch) }
      slow.finish(epoch: epoch)
    }
    #expect(fast.finish(epoch: 2) == 21)
    #expect(fast == slow)
  }

  @Test func classCountsSurviveUpToRenaming() throws {
    for kind in Self.kinds {
      var stream = try stream(kind)
      let bases = (0..<1000).map { UInt8(($0 * $0 + 3 * $0) % 10) }
      let before = (0..<10).map { name in bases.count { $0 == UInt8(name) } }
      stream.finish(epoch: 4)
      let labels = bases.map { stream.label(base: $0) }
      let after = (0..<10).map { name in labels.count { $0 == UInt8(name) } }
      #expect(before.sorted() == after.sorted())
      #expect((0..<10).allSatisfy { after[Int(stream.label(base: UInt8($0)))] == before[$0] })
    }
  }

  @Test func everyLearnerOfASeedMeetsTheSameStream() throws {
    var (first, second, other) = try (stream(.swap), stream(.swap), stream(.swap, seed: 4))
    for epoch in 0..<3 {
      first.finish(epoch: epoch)
      second.finish(epoch: epoch)
      other.finish(epoch: epoch)
      #expect(first.order(epoch: epoch + 1) == second.order(epoch: epoch + 1))
      #expect(first.order(epoch: epoch + 1) != other.order(epoch: epoch + 1))
    }
    #expect(first == second)
    #expect(first.map != other.map)
  }

  @Test(arguments: [2, 3, 4, 10])
  func recurringConceptsAreDifferentAndReturn(classes: Int) throws {
    let most = classes * (classes - 1) / 2 + 1
    for count in [2, most] {
      for seed in 0..<20 {
        var stream = try stream(.recurring(concepts: count), classes: classes, seed: UInt64(seed))
        var seen = [stream.map]
        for shift in 1..<(3 * count) {
          stream.shift(samplesSeen: shift)
          seen.append(stream.map)
        }
        #expect(Set(seen).count == count)
        for place in count..<seen.count { #expect(seen[place] == seen[place - count]) }
        for place in 1..<count {
          #expect(zip(seen[place].names, seen[place - 1].names).count { $0 != $1 } == 2)
        }
      }
    }
  }

  /// The share of new labels against the sigmoid, over many streams, at five places of the transition.
  @Test func gradualMixtureFollowsTheSigmoid() throws {
    let width = 200
    for offset in [-300, -100, 0, 100, 300] {
      var new = 0
      let trials = 4000
      for seed in 0..<trials {
        var stream = try stream(.gradual(width: width), classes: 2, seed: UInt64(seed))
        stream.shift(samplesSeen: 5000)
        new += stream.label(base: 0, samplesSeen: 5000 + width + offset) == 1 ? 1 : 0
      }
      let expected = 1 / (1 + exp(-4 * Double(offset) / Double(width)))
      let error = (expected * (1 - expected) / Double(trials)).squareRoot()
      #expect(abs(Double(new) / Double(trials) - expected) < 4 * error, "\(offset) samples from the middle")
    }
  }

  @Test func impossibleStreamsAreRefused() {
    func refused(_ error: StreamError, _ text: String, _ make: () throws -> ConceptStream) {
      #expect(throws: error, performing: make)
      #expect(error.description == text)
    }
    refused(.badClasses(1), "the number of classes is 1, but must be 2 to 256, to have two to swap") {
      try stream(.swap, classes: 1)
    }
    refused(.badCycle(11, classes: 10), "the cycle is 11 classes, but must be 2 to 10") {
      try stream(.cycle(classes: 11))
    }
    refused(.badConcepts(3, most: 2), "the number of recurring concepts is 3, but must be 2 to 2") {
      try stream(.recurring(concepts: 3), classes: 2)
    }
    refused(.badTransition(0), "the width of a gradual shift is 0, but must be 1 sample or more") {
      try stream(.gradual(width: 0))
    }
    refused(.badWidth(0), "a sample has 0 numbers, but must have 1 or more") { try stream(.swap, width: 0) }
    refused(.tooManyShifts(rate: 101, batches: 100), "101 swaps do not fit in 100 batches") {
      try stream(.swap, rate: .constant(101))
    }
  }

  /// Changes single characters of a saved stream: reading it gives a stream that works or an error, never a trap.
  @Test func damagedStatesNeverTrap() throws {
    var accepted = 0
    for kind in Self.kinds {
      var saved = try stream(kind)
      saved.finish(epoch: 0)
      let text = try JSONEncoder().encode(saved)
      for index in 0..<400 {
        var stream = RandomStream(seed: 21, "damage", index)
        var damaged = text
        damaged[stream.integer(below: text.count)] = UInt8(ascii: "0") + UInt8(stream.integer(below: 10))
        guard var read = try? JSONDecoder().decode(ConceptStream.self, from: damaged), read.samples < 5000
        else { continue }
        accepted += 1
        read.shift(samplesSeen: 5)
        #expect(read.map.names.sorted() == (0..<UInt8(read.map.names.count)).map { $0 })
      }
    }
    #expect(accepted > 50)
  }
}
