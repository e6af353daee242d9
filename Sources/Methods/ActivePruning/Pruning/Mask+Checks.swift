import Parallel

extension Mask {
  /// Paths of parameters without a weight that is alive: through such a layer nothing passes.
  public var collapsedParts: [String] {
    zip(table.parts, aliveByPart).filter { $0.places.count > 0 && $1 == 0 }.map(\.0.path)
  }

  /// The first alive place at which there is no number.
  func firstNotANumber(in list: [Float], threads: Int) -> Int? {
    let chunks = max(1, min(threads, list.count >> 20))
    let isDamaged = isAlive.withUnsafeBufferPointer { isAlive in
      list.withUnsafeBufferPointer { list in
        nonisolated(unsafe) let (isAlive, list) = (isAlive, list)
        return parallelMap(count: chunks, threads: chunks) { chunk in
          var found: UInt32 = 0
          for place in (list.count * chunk / chunks)..<(list.count * (chunk + 1) / chunks) {
            found |= list[place].isNaN ? UInt32(isAlive[place]) : 0
          }
          return found != 0
        }
      }
    }
    guard isDamaged.contains(true) else { return nil }
    return list.indices.first { isAlive[$0] == 1 && list[$0].isNaN }
  }

  /// 1 where a weight is alive and does not belong to the `floor` highest scores of its parameter.
  func eligible(floor: Int, by scores: [Float]) -> [UInt8] {
    guard floor > 0 else { return isAlive }
    var eligible = isAlive
    for part in table.parts {
      let alive = part.places.filter { isAlive[$0] == 1 }
      let best =
        alive.count <= floor ? alive[...] : alive.sorted { (scores[$1], $1) < (scores[$0], $0) }.prefix(floor)
      for place in best { eligible[place] = 0 }
    }
    return eligible
  }
}
