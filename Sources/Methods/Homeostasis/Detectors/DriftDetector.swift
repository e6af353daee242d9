/// What a drift detector says after a value.
public enum DriftSignal: String, Sendable, Hashable, Codable {
  /// Nothing has changed.
  case stable
  /// A change may be under way.
  case warning
  /// A change has happened; the detector starts afresh with the next value.
  case drift
}

/// A test that watches a stream of numbers for a change of its law.
///
/// Parameters and decisions follow river 0.26.1, so that both fire at the same values of the same stream
/// (``KSWIN`` draws a random sample and agrees in law).
public protocol DriftDetector: Sendable {
  /// Takes the next value: 1 for an error and 0 for a hit, or any number where the method allows it.
  mutating func update(_ value: Double) -> DriftSignal
}

/// The detectors by name.
public enum DetectorKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// Adaptive windowing (Bifet and Gavaldà 2007); any numbers in [0, 1].
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

  /// A fresh detector with river's defaults.
  public func makeDetector(seed: UInt64 = 1) -> any DriftDetector {
    switch self {
    case .adwin: ADWIN()
    case .ddm: DDM()
    case .eddm: EDDM()
    case .fhddm: FHDDM()
    case .hddmA: HDDMA()
    case .hddmW: HDDMW()
    case .kswin: KSWIN(seed: seed)
    case .pageHinkley: PageHinkley()
    }
  }

  /// Whether the detector wants 1 for a hit instead of 1 for an error.
  public var countsHits: Bool { self == .fhddm }
}

/// A running mean.
struct RunningMean: Sendable {
  var count = 0.0
  var mean = 0.0

  mutating func update(_ value: Double) {
    count += 1
    mean += (value - mean) / count
  }
}
