import Foundation
import Homeostasis
import Testing

/// The streams of `detectors_river.py`, and what river says on them.
struct RiverRecord: Decodable {
  struct Stream: Decodable {
    var name: String
    var law: String
    var seed: UInt64
    var count: Int
    var knots: [[Double]]
    var spread: Double

    /// Straight lines between the knots, constant outside.
    private func level(_ place: Int) -> Double {
      let i = Double(place)
      if i <= knots[0][0] { return knots[0][1] }
      for (first, second) in zip(knots, knots.dropFirst()) where i <= second[0] {
        return first[1] + (second[1] - first[1]) * (i - first[0]) / (second[0] - first[0])
      }
      return knots[knots.count - 1][1]
    }

    var values: [Double] {
      var state = seed
      func uniform() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) * 0x1p-53
      }
      return (0..<count).map { place in
        switch law {
        case "errors": uniform() < level(place) ? 1 : 0
        case "uniform": level(place) + spread * uniform()
        default: level(place) + spread * ((0..<12).reduce(0) { sum, _ in sum + uniform() } - 6)
        }
      }
    }
  }

  struct Row: Decodable {
    var stream: String
    var kind: String
    var parameters: [String: Double]
    var drifts: [Int]
    var warnings: Int
    var warningSum: Int
  }

  struct SampledTest: Decodable {
    var critical: [[Double]]
    var alarms: [Int]
    var delays: [Int]
  }

  var streams: [Stream]
  var rows: [Row]
  var kswin: SampledTest

  static func read() throws -> RiverRecord {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/detectors_river", withExtension: "json"))
    return try JSONDecoder().decode(RiverRecord.self, from: Data(contentsOf: url))
  }
}
