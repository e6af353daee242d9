/// A command line that cannot be carried out as typed; the message is one line for the user.
public struct UsageError: Error, Hashable, CustomStringConvertible {
  /// What is wrong, what was expected and what to do.
  public var message: String
  /// The command that was being read, such as `neuropil dendrites union`; filled in by the parser.
  public var command: String?

  /// A mistake in the command line.
  public init(_ message: String, command: String? = nil) {
    self.message = message
    self.command = command
  }

  /// The message with the command whose help explains more.
  public var description: String {
    guard let command else { return message }
    return "\(message); see '\(command) --help'"
  }
}
