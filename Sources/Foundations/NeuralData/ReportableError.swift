/// An error that a user can cause; its description is one line: what, where, what was expected, what to do.
///
/// Whoever shows it to the user needs to know its ``blame`` alone, not its type.
public protocol ReportableError: Error, CustomStringConvertible {
  /// Whose turn it is to put things right.
  var blame: Blame { get }
}

/// What has to change before the same request can succeed.
public enum Blame: Sendable, Hashable {
  /// What was asked for: an option, a setting, a size.
  case request
  /// The contents of the data.
  case data
  /// Something that is not there: a file, a library.
  case missing
  /// The place to write to.
  case destination
}
