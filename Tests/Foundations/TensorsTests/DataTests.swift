import NeuralData
import Probability
import Synchronization
import Testing

@testable import Tensors

@Suite struct PrefetchTests {
  struct Trouble: Error {}

  @Test func inOrderAndAhead() throws {
    let made = Mutex(0)
    let items = Prefetch(count: 20, depth: 3) { index in
      made.withLock { $0 += 1 }
      return index * index
    }
    #expect(try items.next() == 0)
    var rest: [Int] = []
    while let item = try items.next() {
      rest.append(item)
      #expect(made.withLock { $0 } <= rest.count + 1 + 3 + 1)
    }
    #expect(rest == (1..<20).map { $0 * $0 })
    #expect(try items.next() == nil)
  }

  @Test func failuresArriveInTurn() throws {
    let items = Prefetch(count: 5) { index in
      if index == 2 { throw Trouble() }
      return index
    }
    #expect(try items.next() == 0)
    #expect(try items.next() == 1)
    #expect(throws: Trouble.self) { try items.next() }
    #expect(try items.next() == nil)
  }

  @Test func stopsWhenNobodyTakes() async throws {
    let made = Mutex(0)
    do {
      let items = Prefetch(count: 1_000_000, depth: 2) { index in made.withLock { $0 = index } }
      _ = try items.next()
    }
    // It may finish what it is making, but not go on.
    try await Task.sleep(for: .milliseconds(50))
    #expect(made.withLock { $0 } < 10)
  }
}

@Suite struct AugmentationTests {
  private func images() throws -> ImageSet {
    try ImageSet(
      pixels: (0..<48).map { UInt8($0 * 5) }, channels: 3, rows: 2, columns: 2, labels: [0, 1, 2, 3],
      classes: 4,
      source: "test")
  }

  @Test func normalised() throws {
    var stream = RandomStream(seed: 1, "a")
    let plain = try Augmentation().apply(to: [1], of: images(), using: &stream)
    #expect(plain == (12..<24).map { Float(Double($0 * 5) / 255) })
    let shifted = try Augmentation(means: [0.5, 0, 0], deviations: [1, 2, 1]).apply(
      to: [0], of: images(), using: &stream)
    #expect(shifted[0] == -0.5 && shifted[4] == Float(20.0 / 255 / 2))
    #expect(throws: TensorError.self) {
      try Augmentation(means: [1]).apply(to: [0], of: images(), using: &stream)
    }
    let all = try Augmentation.normalising(images()).apply(to: 0..<4, of: images(), using: &stream)
    #expect(abs(all.reduce(0, +) / 48) < 1e-6)
  }

  @Test func croppedAndFlipped() throws {
    let picture = try ImageSet(
      pixels: [1, 2, 3, 4], channels: 1, rows: 2, columns: 2, labels: [0], classes: 1, maximum: 1,
      source: "test")
    // Every window of the picture with a border of one, mirrored or not, comes up, and nothing else.
    func window(_ down: Int, _ right: Int, _ isFlipped: Bool) -> [Float] {
      (0..<4).map { place in
        let row = place / 2 + down
        let column = (isFlipped ? 1 - place % 2 : place % 2) + right
        return (0..<2).contains(row) && (0..<2).contains(column) ? Float(row * 2 + column + 1) : 0
      }
    }
    var expected: Set<[Float]> = []
    for down in -1...1 {
      for right in -1...1 { for flip in [true, false] { expected.insert(window(down, right, flip)) } }
    }
    var stream = RandomStream(seed: 1, "a")
    var seen: Set<[Float]> = []
    for _ in 0..<500 {
      seen.insert(try Augmentation(cropPadding: 1, flips: true).apply(to: [0], of: picture, using: &stream))
    }
    #expect(seen == expected)
  }

  @Test(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed")) func batches() throws {
    let loader = ImageBatches(try images(), size: 3, augmentation: Augmentation(flips: true), shufflingBy: 5)
    func indices(_ epoch: Int) throws -> [[Int]] {
      let batches = loader.epoch(epoch)
      var found: [[Int]] = []
      while let batch = try batches.next() {
        #expect(batch.images.shape == [batch.indices.count, 3, 2, 2])
        #expect(try batch.labels.scalars(as: Int64.self) == batch.indices.map(Int64.init))
        found.append(batch.indices)
      }
      return found
    }
    let first = try indices(0)
    #expect(first.map(\.count) == [3, 1])
    #expect(first.flatMap(\.self).sorted() == [0, 1, 2, 3])
    #expect(try indices(0) == first)
    #expect(try (1..<6).map(indices).contains { $0 != first })
    let later = loader.epoch(0, from: 1)
    #expect(try later.next()?.indices == first[1])
    #expect(try later.next() == nil)
    let whole = ImageBatches(try images(), size: 3, augmentation: Augmentation(), dropsPartial: true)
    #expect(whole.count == 1)
    #expect(try whole.epoch(0).next()?.indices == [0, 1, 2])
  }
}
