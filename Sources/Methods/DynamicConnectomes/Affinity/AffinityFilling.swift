import Parallel

/// Makes the numbers of an affinity tensor, all of them or only those that are not zero.
struct AffinityFilling: Sendable {
  let animals: [AnimalSlopes]
  let samples: Int
  let pairs: NeuronPairs
  let threads: Int

  typealias Filled = (storage: MaskedTensor<Float>.Storage, missing: [MissingRun])

  /// All numbers: each animal writes rows of its own.
  func dense() -> Filled {
    var values = [Float](repeating: 0, count: samples * animals.count * pairs.count)
    let missing = values.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let values = buffer
      return parallelMap(count: animals.count, threads: threads) { animal in
        // All partners of one neuron are computed before they are written, so that writes run along memory.
        var block = [Double](repeating: 0, count: pairs.neurons * samples)
        var missing: [MissingRun] = []
        for i in 0..<(pairs.neurons - 1) {
          let partners = pairs.neurons - i - 1
          let first = pairs.index(i, i + 1)
          block.withUnsafeMutableBufferPointer { block in
            for partner in 0..<partners {
              fill(animal, i, i + 1 + partner, partner, block) {
                missing.append(
                  MissingRun(animal: animal, pair: first + partner, begin: $0.lowerBound, end: $0.upperBound))
              }
            }
            for time in 0..<samples {
              let row = (time * animals.count + animal) * pairs.count + first
              for partner in 0..<partners { values[row + partner] = Float(block[partner * samples + time]) }
            }
          }
        }
        return missing
      }
    }
    return (.dense(values), missing.flatMap(\.self))
  }

  /// Only what is not zero: each part makes one block of pairs, and nothing larger is ever held.
  func sparse(density: Double) -> Filled {
    let ranges = SparseBlock<Float>.ranges(pairs: pairs.count, density: density)
    let parts = parallelMap(count: ranges.count, threads: threads) { index in
      let range = ranges[index]
      let own = pairs.pairs(in: range)
      var block = [Double](repeating: 0, count: range.count * samples)
      var missing: [MissingRun] = []
      var scratch = SparseBlock<Float>.Scratch()
      let sparse = SparseBlock(
        pairs: range, times: samples, animals: animals.count, scratch: &scratch
      ) { animal, numbers in
        block.withUnsafeMutableBufferPointer { block in
          for (place, pair) in own.enumerated() {
            fill(animal, pair.0, pair.1, place, block) {
              missing.append(
                MissingRun(
                  animal: animal, pair: range.lowerBound + place, begin: $0.lowerBound, end: $0.upperBound))
            }
          }
          for time in 0..<samples {
            for place in own.indices {
              numbers[time * range.count + place] = Float(block[place * samples + time])
            }
          }
        }
      }
      return (block: sparse, missing: missing)
    }
    return (.sparse(parts.map(\.block)), parts.flatMap(\.missing))
  }

  /// Computes one pair's numbers into the block's row `place`.
  private func fill(
    _ animal: Int, _ i: Int, _ j: Int, _ place: Int, _ block: UnsafeMutableBufferPointer<Double>,
    missing: (Range<Int>) -> Void
  ) {
    let row = UnsafeMutableBufferPointer(rebasing: block[(place * samples)..<((place + 1) * samples)])
    animals[animal].affinity(of: i, j, into: row, missing: missing)
  }
}
