import Probability

extension ConceptStream {
  /// Makes one shift, `samplesSeen` samples from the beginning of the first epoch.
  ///
  /// ``advance(epoch:batch:)`` calls it when the schedule says so.
  public mutating func shift(samplesSeen: Int) {
    var stream = RandomStream(seed: seed, "shift", shifts)
    earlier = map
    shiftTime = samplesSeen
    switch kind {
    case .swap, .gradual: map.swapRandomPair(&stream)
    case .cycle(let count):
      var cycle = stream.sample(count, outOf: map.names.count).map { UInt8($0) }
      stream.shuffle(&cycle)
      map.rotate(cycle)
    case .relabel: map = relabelled(&stream)
    case .recurring(let concepts): map = recurringConcept((shifts + 1) % concepts)
    case .covariate: transform = nextTransform(&stream)
    }
    shifts += 1
  }

  /// Another permutation than the present one, each equally likely.
  private func relabelled(_ stream: inout RandomStream) -> LabelMap {
    var names = map.names
    repeat { stream.shuffle(&names) } while names == map.names
    guard let relabelled = LabelMap(names: names) else { preconditionFailure("a shuffle lost a class") }
    return relabelled
  }

  /// Concept `number` of the cycle. The first is the file's; each next is a swap away and unlike all before it.
  private func recurringConcept(_ number: Int) -> LabelMap {
    var concepts = [LabelMap(classes: map.names.count)]
    while concepts.count <= number {
      let last = concepts[concepts.count - 1]
      var stream = RandomStream(seed: seed, "recurring concept", concepts.count - 1)
      var next = last
      repeat {
        next = last
        next.swapRandomPair(&stream)
      } while concepts.contains(next)
      concepts.append(next)
    }
    return concepts[number]
  }

  /// Quarter turns, inversion, permutation and noise in turn.
  private func nextTransform(_ stream: inout RandomStream) -> ImageTransform {
    switch shifts % 4 {
    case 0: return .quarterTurns(ImageTransform.side(width) == nil ? 2 : 1 + stream.integer(below: 3))
    case 1: return .inversion
    case 2:
      var order = (0..<Int32(width)).map { $0 }
      stream.shuffle(&order)
      return .permutation(order)
    default: return .noise(seed: seed)
    }
  }
}

extension LabelMap {
  /// Exchanges two different names, each pair equally likely.
  fileprivate mutating func swapRandomPair(_ stream: inout RandomStream) {
    let pair = stream.sample(2, outOf: names.count)
    swap(UInt8(pair[0]), UInt8(pair[1]))
  }
}
