import Foundation
import Homeostasis
import Testing

@Suite struct RiverTests {
  /// Every drift, and the number and sum of the places of the warnings.
  @Test func saysWhatRiverSays() throws {
    let record = try RiverRecord.read()
    let values = Dictionary(uniqueKeysWithValues: record.streams.map { ($0.name, $0.values) })
    #expect(record.rows.count > 200)
    #expect(Set(record.rows.map(\.kind)).count == DetectorKind.allCases.count - 1)
    for row in record.rows {
      let kind = try DetectorKind(name: row.kind)
      var detector = try kind.makeDetector(row.parameters)
      var drifts: [Int] = []
      var warnings: [Int] = []
      for (place, value) in try #require(values[row.stream]).enumerated() {
        switch detector.update(kind.countsHits ? 1 - value : value) {
        case .stable: break
        case .warning: warnings.append(place)
        case .drift: drifts.append(place)
        }
      }
      let label = "\(row.kind) \(row.parameters) on \(row.stream)"
      #expect(drifts == row.drifts, "\(label)")
      #expect(warnings.count == row.warnings && warnings.reduce(0, +) == row.warningSum, "\(label)")
    }
  }

  /// The recorded acceptance stream: 175 and 779 errors in its halves, and where each detector fires.
  @Test(arguments: [
    ("ADWIN", [2111]), ("DDM", [2094]), ("HDDM_A", [2085]), ("PageHinkley", [2167]),
    ("HDDM_W", [2094, 3405, 3746]),
    ("EDDM", [360, 696, 1067, 1454, 2058, 2153, 2353, 2444, 2607, 2680, 2782, 2877, 2962, 3290, 3365]),
  ])
  func acceptanceStream(name: String, places: [Int]) throws {
    var state: UInt64 = 12345
    let errors: [Double] = (0..<4000).map { place in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53 < (place < 2000 ? 0.1 : 0.4) ? 1 : 0
    }
    #expect(errors[..<2000].reduce(0, +) == 175 && errors[2000...].reduce(0, +) == 779)
    var detector = try DetectorKind(name: name).makeDetector()
    #expect(errors.indices.filter { detector.update(errors[$0]) == .drift } == places)
  }

  @Test func sampledTestHasTheExactCriticalDistances() throws {
    for row in try RiverRecord.read().kswin.critical {
      let detector = KSWIN(alpha: row[1], window: 2 * Int(row[0]), part: Int(row[0]))
      #expect(detector.criticalDistance == Int(row[2]), "two samples of \(row[0]) at \(row[1])")
    }
  }

  /// False alarms of river on 60 streams, and ours on 600: equal in law, so within three standard errors.
  @Test func sampledTestRaisesAsManyFalseAlarmsAsRiver() throws {
    let recorded = try RiverRecord.read().kswin.alarms
    let repeats = 10
    var alarms = 0
    for seed in 0..<(repeats * recorded.count) {
      let stream = RiverRecord.Stream(
        name: "", law: "uniform", seed: UInt64(1000 + seed), count: 2000, knots: [[0, 0]], spread: 1)
      var detector = KSWIN(seed: UInt64(seed))
      alarms += stream.values.count { detector.update($0) == .drift }
    }
    let river = Double(recorded.reduce(0, +))
    let ours = Double(alarms) / Double(repeats)
    #expect(abs(ours - river) < 3 * (river + ours / Double(repeats)).squareRoot())
  }

  /// Delays of river after a step of one deviation on 100 streams, and ours on 1000.
  @Test func sampledTestIsAsQuickAsRiver() throws {
    let recorded = try RiverRecord.read().kswin.delays.map { Double($0) }
    let ours: [Double] = (0..<1000).map { seed in
      let stream = RiverRecord.Stream(
        name: "", law: "normal", seed: UInt64(2000 + seed), count: 260, knots: [[159, 0], [160, 1]], spread: 1
      )
      var detector = KSWIN(seed: UInt64(seed))
      let fired = stream.values.enumerated().filter { detector.update($0.element) == .drift }
      return fired.map(\.offset).first { $0 >= 160 }.map { Double($0 - 160) } ?? 100
    }
    func moments(_ values: [Double]) -> (mean: Double, squaredError: Double) {
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, squares / Double(values.count) / Double(values.count))
    }
    let (river, own) = (moments(recorded), moments(ours))
    #expect(abs(river.mean - own.mean) < 3 * (river.squaredError + own.squaredError).squareRoot())
  }
}
