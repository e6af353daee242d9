import Foundation
import Homeostasis
import Testing

@Suite struct DetectorTests {
  /// The uniform numbers of the recorded streams.
  private func uniforms(_ seed: UInt64, _ count: Int) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
  }

  private func errors(_ seed: UInt64, _ count: Int, rate: (Int) -> Double) -> [Double] {
    uniforms(seed, count).enumerated().map { $0.element < rate($0.offset) ? 1 : 0 }
  }

  private func stream(_ name: String) -> [Double] {
    switch name {
    case "abrupt": return errors(12345, 4000) { $0 < 2000 ? 0.1 : 0.4 }
    case "gradual": return errors(777, 5000) { 0.1 + 0.4 * min(1, max(0, Double($0 - 1500) / 2000)) }
    case "returning": return errors(99, 6000) { [0.05, 0.5, 0.05, 0.7][$0 / 1500] }
    default:
      return uniforms(4242, 4000).enumerated().map { index, u in
        let scale: Double = index < 1000 ? 1 : 0.6
        return u * scale + (index < 2500 ? 0 : 0.4)
      }
    }
  }

  private func fired(_ kind: DetectorKind, _ values: [Double]) -> [Int] {
    var detector = kind.makeDetector()
    return values.enumerated().compactMap {
      detector.update(kind.countsHits ? 1 - $1 : $1) == .drift ? $0 : nil
    }
  }

  @Test func firesWhereRiverFires() throws {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/detectors", withExtension: "json"))
    let recorded = try JSONDecoder().decode([String: [String: [Int]]].self, from: Data(contentsOf: url))
    for (name, kinds) in recorded {
      for (kind, indices) in kinds {
        #expect(fired(DetectorKind(rawValue: kind)!, stream(name)) == indices, "\(kind) on \(name)")
      }
    }
  }

  @Test(arguments: [
    (DetectorKind.adwin, [2111]), (.ddm, [2094]), (.hddmA, [2085]), (.pageHinkley, [2167]),
    (.eddm, [360, 696, 1067, 1454, 2058, 2153, 2353, 2444, 2607, 2680]), (.hddmW, [2094, 3405, 3746]),
  ])
  func acceptanceStream(kind: DetectorKind, indices: [Int]) {
    #expect(Array(fired(kind, stream("abrupt")).prefix(10)) == indices)
  }

  /// KSWIN draws at random; it must find a plain change soon and keep its false alarms near its significance.
  @Test func kswinFindsAChange() {
    let values = uniforms(5, 3000).enumerated().map { $0.offset < 1200 ? $0.element : $0.element + 0.5 }
    let found = fired(.kswin, values)
    #expect(found.contains { (1200..<1240).contains($0) })
    let alarms = fired(.kswin, uniforms(6, 20_000)).count
    #expect(alarms < 200)
  }
}
