/// A file that cannot be read or written; the description is one line for the user.
public struct FileError: ReportableError, Hashable {
  /// What sort of trouble it is.
  public enum Kind: String, Sendable, Hashable {
    /// There is no such file.
    case missing
    /// It is there but may not be read, or is a folder.
    case unreadable
    /// Its contents break the format.
    case damaged
    /// Its contents are sound but not what is needed, or do not fit another file.
    case mismatched
    /// The format allows it, this reader does not.
    case unsupported
    /// It cannot be written.
    case cannotWrite
  }

  /// What sort of trouble it is.
  public var kind: Kind
  /// The file.
  public var path: String
  /// Where in the file, such as `row 3, column 2` or `byte 16`.
  public var location: String?
  /// What is wrong.
  public var problem: String
  /// What was expected instead.
  public var expected: String?
  /// What to do.
  public var remedy: String?

  /// Trouble with a file.
  public init(
    _ kind: Kind, _ path: String, at location: String? = nil, _ problem: String, expected: String? = nil,
    remedy: String? = nil
  ) {
    self.kind = kind
    self.path = path
    self.location = location
    self.problem = problem
    self.expected = expected
    self.remedy = remedy
  }

  /// By its kind.
  public var blame: Blame {
    switch kind {
    case .missing, .unreadable: .missing
    case .damaged, .mismatched, .unsupported: .data
    case .cannotWrite: .destination
    }
  }

  /// `path, location: problem; expected …; remedy`
  public var description: String {
    var text = location.map { "\(path), \($0): \(problem)" } ?? "\(path): \(problem)"
    if let expected { text += "; expected \(expected)" }
    if let remedy { text += "; \(remedy)" }
    return text
  }
}
