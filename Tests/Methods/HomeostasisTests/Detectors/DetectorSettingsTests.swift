import Foundation
import Homeostasis
import Probability
import Testing

@Suite struct DetectorSettingsTests {
  @Test(arguments: [
    ("ADWIN", DetectorKind.adwin), ("hddm_a", .hddmA), ("HDDM-W", .hddmW), ("PageHinkley", .pageHinkley),
    ("Page Hinkley", .pageHinkley), ("kswin", .kswin), ("HDDMA", .hddmA),
  ])
  func namesAreReadInAnyWriting(name: String, kind: DetectorKind) throws {
    #expect(try DetectorKind(name: name) == kind)
  }

  @Test func everyRawNameAndDefaultWorks() throws {
    for kind in DetectorKind.allCases {
      #expect(try DetectorKind(name: kind.rawValue) == kind)
      let defaults = Dictionary(uniqueKeysWithValues: kind.parameters.map { ($0.name, $0.defaultValue) })
      var (plain, spelled) = (kind.makeDetector(seed: 3), try kind.makeDetector(defaults, seed: 3))
      var stream = RandomStream(seed: 4, "defaults")
      for place in 0..<3000 {
        let value: Double = stream.bernoulli(place < 1500 ? 0.1 : 0.6) ? 1 : 0
        #expect(kind.accepts(value))
        #expect(plain.update(value) == spelled.update(value), "\(kind) at \(place)")
      }
    }
  }

  @Test func everyMistakeIsNamed() {
    let cases: [(DetectorKind, [String: Double], String)] = [
      (
        .ddm, ["delta": 1],
        "ddm has no parameter 'delta'; its parameters are warm-start, warning-threshold, drift-threshold"
      ),
      (.adwin, ["clock": 1.5], "adwin's clock is 1.5, but must be a whole number"),
      (.adwin, ["clock": 0], "adwin's clock is 0, but must be 1 to 1000000000"),
      (.adwin, ["max_buckets": .infinity], "adwin's max-buckets is inf, but must be 1 to 1000"),
      (.pageHinkley, ["threshold": .nan], "page-hinkley's threshold is nan, but must be 0 to 1000000000000"),
      (
        .ddm, ["warning-threshold": 4],
        "ddm would fire before it warns: warning-threshold is 4 and drift-threshold 3; exchange them"
      ),
      (
        .eddm, ["alpha": 0.5],
        "eddm would fire before it warns: alpha is 0.5 and beta 0.9; exchange them"
      ),
      (
        .hddmW, ["warning_confidence": 0.0001],
        "hddm-w would fire before it warns: warning-confidence is 0.0001 and drift-confidence 0.001; exchange them"
      ),
      (.kswin, ["stat_size": 60], "kswin's window is 100 values, but must hold 120 or more"),
      (.fhddm, ["short-window-size": 101], "fhddm's window is 100 values, but must hold 101 or more"),
    ]
    for (kind, parameters, text) in cases {
      let error = #expect(throws: DetectorError.self) { try kind.makeDetector(parameters) }
      #expect(error?.description == text)
    }
    let error = #expect(throws: DetectorError.unknownDetector("adwim")) { try DetectorKind(name: "adwim") }
    #expect(
      error?.description
        == "there is no drift detector 'adwim'; the detectors are adwin, ddm, eddm, fhddm, hddm-a, hddm-w, kswin, page-hinkley"
    )
  }

  /// The extremes of every parameter's range make a detector that works, or one plain error.
  @Test func extremeParametersNeverTrap() {
    for kind in DetectorKind.allCases {
      for parameter in kind.parameters {
        for value in [parameter.allowed.lowerBound, min(parameter.allowed.upperBound, 5000)] {
          guard var detector = try? kind.makeDetector([parameter.name: value]) else { continue }
          var stream = RandomStream(seed: 6, "extremes")
          for _ in 0..<500 { _ = detector.update(stream.bernoulli(0.3) ? 1 : 0) }
        }
      }
    }
  }

  @Test func acceptedValues() {
    for kind in [DetectorKind.ddm, .eddm, .fhddm] { #expect(!kind.accepts(0.5) && !kind.accepts(.nan)) }
    for kind in [DetectorKind.hddmA, .hddmW] { #expect(kind.accepts(0.5) && !kind.accepts(1.1)) }
    for kind in [DetectorKind.adwin, .kswin, .pageHinkley] {
      #expect(kind.accepts(-3e9) && !kind.accepts(.nan) && !kind.accepts(.infinity))
    }
  }

  /// The window's sums against plain counting; the window is exact until the first cut.
  @Test func adaptiveWindowKeepsItsMean() {
    var detector = ADWIN()
    var stream = RandomStream(seed: 7, "window")
    var sum = 0.0
    for count in 1...5000 {
      let value = stream.uniform()
      sum += value
      #expect(detector.update(value) == .stable)
      #expect(detector.width == count)
      #expect(abs(detector.mean - sum / Double(count)) < 1e-12)
    }
  }

  /// The window that stays sorted against counting anew. With a window of two parts all older values are drawn, so
  /// that no chance is left; coarse values make ties.
  @Test(arguments: [3.0, 10, 1e9])
  func sampledTestAgreesWithCountingAnew(levels: Double) {
    let part = 12
    var detector = KSWIN(alpha: 0.2, window: 2 * part, part: part)
    var stream = RandomStream(seed: 9, "counting", Int(levels))
    var window: [Double] = []
    var drifts = 0
    for place in 0..<4000 {
      let value = (levels * stream.uniform()).rounded() + (place / 50 % 2 == 0 ? 0 : levels / 3)
      window = Array((window + [value]).suffix(2 * part))
      let (older, newer) = (window.prefix(part), window.suffix(part))
      let distance =
        window.map { x in abs(older.count { $0 <= x } - newer.count { $0 <= x }) }.max() ?? 0
      let fires = window.count == 2 * part && distance >= detector.criticalDistance
      #expect((detector.update(value) == .drift) == fires, "value \(place)")
      if fires {
        window = []
        drifts += 1
      }
    }
    #expect(drifts > 20)
  }

  @Test func sampledTestRepeatsWithItsSeed() {
    func fired(_ seed: UInt64) -> [Int] {
      var detector = KSWIN(alpha: 0.05, seed: seed)
      var stream = RandomStream(seed: 8, "values")
      return (0..<5000).filter { _ in detector.update(stream.uniform()) == .drift }
    }
    #expect(fired(1) == fired(1))
    #expect(fired(1) != fired(2))
  }
}
