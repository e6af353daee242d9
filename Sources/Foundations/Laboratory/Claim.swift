/// A checkable statement of a paper.
public struct Claim: Sendable, Hashable, Codable {
  /// A short unique name, such as `dendrites.population`.
  public var id: String
  /// Where in the paper.
  public var source: String
  /// What is claimed.
  public var statement: String
  /// The paper's figure as printed.
  public var published: String
  /// How it is measured here.
  public var method: String
  /// Where a measured number agrees; `nil` when the measurement itself says whether the statement holds.
  public var agreement: ClosedRange<Double>?

  /// A claim.
  public init(
    id: String, source: String, statement: String, published: String, method: String,
    agreement: ClosedRange<Double>? = nil
  ) {
    self.id = id
    self.source = source
    self.statement = statement
    self.published = published
    self.method = method
    self.agreement = agreement
  }
}

/// What was measured for a claim.
public struct Measurement: Sendable, Hashable, Codable {
  /// The number; `nil` when the data for it are not there.
  public var value: Double?
  /// Whether a statement without a range holds.
  public var holds: Bool?
  /// Whether too little was done to tell, as by training that was too short.
  public var isUndecided: Bool?
  /// The figure as shown.
  public var text: String
  /// Why it differs, or which data to pass.
  public var note: String

  /// A number.
  public init(_ value: Double?, text: String, note: String = "") {
    self.value = value
    self.text = text
    self.note = note
  }

  /// Whether a statement holds.
  public init(holds: Bool, text: String, note: String = "") {
    self.holds = holds
    self.text = text
    self.note = note
  }

  /// What was found where too little was done to tell whether the statement holds; `note` says why.
  public init(undecided text: String, note: String) {
    self.text = text
    self.note = note
    isUndecided = true
  }
}

/// How a claim fared.
public enum Verdict: String, Sendable, Hashable, Codable {
  /// The measurement lies where the claim says.
  case agrees
  /// It does not.
  case differs
  /// It could not be measured without data that do not ship.
  case needsData = "needs data"
  /// Too little was done to tell.
  case undecided
}

/// A claim with its measurement.
public struct ClaimResult: Sendable, Hashable, Codable {
  /// What is claimed.
  public var claim: Claim
  /// What was measured.
  public var measurement: Measurement
  /// Whether they agree: the value lies in the claim's range, or the statement was found to hold.
  public var verdict: Verdict

  /// Judges a measurement.
  public init(_ claim: Claim, _ measurement: Measurement) {
    self.claim = claim
    self.measurement = measurement
    if measurement.isUndecided == true {
      verdict = .undecided
    } else if let holds = measurement.holds {
      verdict = holds ? .agrees : .differs
    } else if let value = measurement.value, let range = claim.agreement {
      verdict = range.contains(value) ? .agrees : .differs
    } else {
      verdict = .needsData
    }
  }
}
