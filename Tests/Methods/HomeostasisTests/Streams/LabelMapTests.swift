import Foundation
import Homeostasis
import Probability
import Testing

@Suite struct LabelMapTests {
  private func random(_ classes: Int, _ index: Int) throws -> LabelMap {
    var stream = RandomStream(seed: 11, "label map", index)
    var names = (0..<classes).map { UInt8($0) }
    stream.shuffle(&names)
    return try #require(LabelMap(names: names))
  }

  @Test(arguments: [2, 3, 10, 256])
  func composesLikeAPermutation(classes: Int) throws {
    let identity = LabelMap(classes: classes)
    #expect(identity.isIdentity)
    for index in 0..<20 {
      let (a, b, c) = try (
        random(classes, 3 * index), random(classes, 3 * index + 1), random(classes, 3 * index + 2)
      )
      for base in 0..<classes {
        #expect(a.following(b)[UInt8(base)] == a[b[UInt8(base)]])
        #expect(a.base(named: a[UInt8(base)]) == UInt8(base))
      }
      #expect(a.following(b).following(c) == a.following(b.following(c)))
      #expect(a.following(identity) == a && identity.following(a) == a)
      #expect(a.following(a.inverse).isIdentity && a.inverse.following(a).isIdentity)
    }
  }

  @Test func swapsActOnNamesAndCancel() throws {
    for index in 0..<200 {
      var stream = RandomStream(seed: 12, "swap", index)
      let before = try random(10, index)
      let pair = stream.sample(2, outOf: 10).map { UInt8($0) }
      var map = before
      map.swap(pair[0], pair[1])
      let exchanged = before.names.map { $0 == pair[0] ? pair[1] : $0 == pair[1] ? pair[0] : $0 }
      #expect(map.names == exchanged)
      #expect(map.base(named: pair[0]) == before.base(named: pair[1]))
      map.swap(pair[1], pair[0])
      #expect(map == before)
    }
  }

  @Test func aCycleComesBackAfterItsLength() throws {
    for length in 2...7 {
      let before = try random(7, length)
      var stream = RandomStream(seed: 13, "cycle", length)
      var cycle = stream.sample(length, outOf: 7).map { UInt8($0) }
      stream.shuffle(&cycle)
      var map = before
      for turn in 1...length {
        map.rotate(cycle)
        #expect((map == before) == (turn == length))
        #expect((0..<7).allSatisfy { map.base(named: map[$0]) == $0 })
      }
    }
  }

  @Test func onlyPermutationsAreRead() throws {
    for names: [UInt8] in [[], [0], [0, 0], [0, 2], [1, 2], [0, 1, 1]] {
      #expect(LabelMap(names: names) == nil)
      let text = Data("{\"names\":\(names)}".utf8)
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(LabelMap.self, from: text) }
    }
    let map = try random(10, 0)
    #expect(try JSONDecoder().decode(LabelMap.self, from: JSONEncoder().encode(map)) == map)
  }

  @Test func swappingAClassWithItselfTraps() async {
    await #expect(processExitsWith: .failure) {
      var map = LabelMap(classes: 3)
      map.swap(1, 1)
    }
  }
}
