/// The detectors by name.
public enum DetectorKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// Adaptive windowing (Bifet and Gavaldà 2007); any numbers.
  case adwin
  /// Drift detection method (Gama and others 2004); errors.
  case ddm
  /// Early drift detection (Baena-García and others 2006); errors.
  case eddm
  /// Fast Hoeffding drift detection (Pesaranghader and Viktor 2016); hits.
  case fhddm
  /// Hoeffding's bound with a running mean (Frías-Blanco and others 2015); numbers in [0, 1].
  case hddmA = "hddm-a"
  /// McDiarmid's bound with a weighted mean (Frías-Blanco and others 2015); numbers in [0, 1].
  case hddmW = "hddm-w"
  /// Kolmogorov-Smirnov windowing (Raab and others 2020); any numbers.
  case kswin
  /// Cumulative sums (Page 1954, Hinkley 1971); any numbers.
  case pageHinkley = "page-hinkley"

  /// The detector called `name`, in any case, with or without hyphens and underscores.
  ///
  /// - Throws: ``DetectorError/unknownDetector(_:)``.
  public init(name: String) throws(DetectorError) {
    func plain(_ name: String) -> String { name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " } }
    guard let kind = Self.allCases.first(where: { plain($0.rawValue) == plain(name) }) else {
      throw .unknownDetector(name)
    }
    self = kind
  }

  /// A fresh detector with river's defaults.
  public func makeDetector(seed: UInt64 = 1) -> any DriftDetector {
    do { return try makeDetector([:], seed: seed) } catch { preconditionFailure("\(error)") }
  }

  /// Whether the detector wants 1 for a hit instead of 1 for an error.
  public var countsHits: Bool { self == .fhddm }

  /// Whether the detector can take a value: 0 or 1, a number in [0, 1], or any finite number.
  public func accepts(_ value: Double) -> Bool {
    switch self {
    case .ddm, .eddm, .fhddm: value == 0 || value == 1
    case .hddmA, .hddmW: value >= 0 && value <= 1
    case .adwin, .kswin, .pageHinkley: value.isFinite
    }
  }
}

/// A number that can be set in a detector.
public struct DetectorParameter: Sendable, Hashable {
  /// River's name, with hyphens.
  public var name: String
  /// River's default.
  public var defaultValue: Double
  /// The least and greatest value.
  public var allowed: ClosedRange<Double>
  /// Whether only whole numbers are allowed.
  public var isWhole: Bool
  /// What it does.
  public var meaning: String

  init(
    _ name: String, _ value: Double, _ allowed: ClosedRange<Double>, isWhole: Bool = false, _ meaning: String
  ) {
    (self.name, defaultValue, self.allowed) = (name, value, allowed)
    (self.isWhole, self.meaning) = (isWhole, meaning)
  }
}

extension DetectorKind {
  private static let share = 1e-300...(1 - 1e-16)
  private static let count = 1.0...1e9

  /// The numbers that can be set, with river's defaults.
  public var parameters: [DetectorParameter] {
    switch self {
    case .adwin:
      [
        .init("delta", 0.002, Self.share, "confidence of a cut"),
        .init("clock", 32, Self.count, isWhole: true, "values between two searches for a cut"),
        .init("max-buckets", 5, 1...1000, isWhole: true, "buckets of one size before two merge"),
        .init("min-window-length", 5, Self.count, isWhole: true, "values that each part must have"),
        .init("grace-period", 10, 0...1e9, isWhole: true, "values before the first search"),
      ]
    case .ddm:
      [
        .init("warm-start", 30, 0...1e9, isWhole: true, "values before the first decision"),
        .init("warning-threshold", 2, 0...1e9, "deviations at which to warn"),
        .init("drift-threshold", 3, 0...1e9, "deviations at which to fire"),
      ]
    case .eddm:
      [
        .init("warm-start", 30, 0...1e9, isWhole: true, "values and errors before the first decision"),
        .init("alpha", 0.95, 0...1, "share of the largest distance below which to warn"),
        .init("beta", 0.9, 0...1, "share of the largest distance below which to fire"),
      ]
    case .fhddm:
      [
        .init("sliding-window-size", 100, 1...1e7, isWhole: true, "values in the window"),
        .init("confidence-level", 1e-6, Self.share, "chance of a false alarm in one window"),
        .init(
          "short-window-size", 0, 0...1e7, isWhole: true, "values in a second, shorter window; 0 for none"),
      ]
    case .hddmA:
      Self.hoeffding
    case .hddmW:
      Self.hoeffding + [.init("lambda-val", 0.05, 1e-9...1, "weight of the newest value")]
    case .kswin:
      [
        .init("alpha", 0.005, Self.share, "significance of the test"),
        .init("window-size", 100, 2...1e7, isWhole: true, "values in the window"),
        .init("stat-size", 30, 1...10_000, isWhole: true, "values in each of the two samples"),
      ]
    case .pageHinkley:
      [
        .init("min-instances", 30, 0...1e9, isWhole: true, "values before the first decision"),
        .init("delta", 0.005, 0...1e9, "deviation that is tolerated"),
        .init("threshold", 50, 0...1e12, "height at which to fire"),
        .init("alpha", 1 - 0.0001, 0...1, "factor by which the sums fade"),
        .init("mode", 0, -1...1, isWhole: true, "1 for rises only, -1 for falls only, 0 for both"),
      ]
    }
  }

  private static let hoeffding: [DetectorParameter] = [
    .init("drift-confidence", 0.001, share, "significance at which to fire"),
    .init("warning-confidence", 0.005, share, "significance at which to warn"),
    .init("two-sided-test", 0, 0...1, isWhole: true, "1 to find falls as well as rises"),
  ]

  /// A fresh detector.
  ///
  /// - Parameters:
  ///   - overrides: values by the names in ``parameters``, with hyphens or underscores; the others keep river's
  ///     defaults.
  ///   - seed: of the random samples of ``KSWIN``.
  /// - Throws: ``DetectorError`` that names the parameter.
  public func makeDetector(_ overrides: [String: Double], seed: UInt64 = 1) throws(DetectorError)
    -> any DriftDetector
  {
    let numbers = try values(overrides)
    func number(_ name: String) -> Double { numbers[name] ?? .nan }
    func count(_ name: String) -> Int { Int(number(name)) }
    func ordered(_ warning: String, _ drift: String, _ isRight: Bool) throws(DetectorError) {
      if !isRight {
        throw .warningBeyondDrift(
          self, warning: warning, number(warning), drift: drift, number(drift))
      }
    }
    switch self {
    case .adwin:
      return ADWIN(
        delta: number("delta"), clock: count("clock"), largestRow: count("max-buckets"),
        shortestPart: count("min-window-length"), grace: count("grace-period"))
    case .ddm:
      let thresholds = (number("warning-threshold"), number("drift-threshold"))
      try ordered("warning-threshold", "drift-threshold", thresholds.0 <= thresholds.1)
      return DDM(
        warmStart: count("warm-start"), warningThreshold: thresholds.0, driftThreshold: thresholds.1)
    case .eddm:
      try ordered("alpha", "beta", number("alpha") >= number("beta"))
      return EDDM(
        warmStart: count("warm-start"), warningShare: number("alpha"), driftShare: number("beta"))
    case .fhddm:
      let (window, short) = (count("sliding-window-size"), count("short-window-size"))
      guard short <= window else { throw .windowTooShort(self, window: window, need: short) }
      return FHDDM(window: window, confidence: number("confidence-level"), shortWindow: short)
    case .hddmA, .hddmW:
      let confidences = (number("warning-confidence"), number("drift-confidence"))
      try ordered("warning-confidence", "drift-confidence", confidences.0 >= confidences.1)
      let isTwoSided = number("two-sided-test") == 1
      if self == .hddmA {
        return HDDMA(
          driftConfidence: confidences.1, warningConfidence: confidences.0, isTwoSided: isTwoSided)
      }
      return HDDMW(
        driftConfidence: confidences.1, warningConfidence: confidences.0, weight: number("lambda-val"),
        isTwoSided: isTwoSided)
    case .kswin:
      let (window, part) = (count("window-size"), count("stat-size"))
      guard window >= 2 * part else { throw .windowTooShort(self, window: window, need: 2 * part) }
      return KSWIN(alpha: number("alpha"), window: window, part: part, seed: seed)
    case .pageHinkley:
      let directions: [Double: PageHinkley.Direction] = [1: .rise, -1: .fall]
      return PageHinkley(
        warmStart: count("min-instances"), tolerance: number("delta"), threshold: number("threshold"),
        fading: number("alpha"), direction: directions[number("mode")] ?? .both)
    }
  }

  /// All values, the overrides checked one by one.
  private func values(_ overrides: [String: Double]) throws(DetectorError) -> [String: Double] {
    let known = parameters
    var values = Dictionary(uniqueKeysWithValues: known.map { ($0.name, $0.defaultValue) })
    for (given, value) in overrides.sorted(by: { $0.key < $1.key }) {
      let name = String(given.map { $0 == "_" ? "-" : $0 })
      guard let parameter = known.first(where: { $0.name == name }) else {
        throw .unknownParameter(self, given)
      }
      guard parameter.allowed.contains(value) else { throw .outOfRange(self, parameter, value) }
      guard !parameter.isWhole || value == value.rounded() else { throw .notWhole(self, name, value) }
      values[name] = value
    }
    return values
  }
}
