/// One command or group of commands: its options are its properties, its work is ``run()``.
///
/// ```swift
/// struct Greet: Command {
///   static var configuration: CommandConfiguration {
///     CommandConfiguration("greet", abstract: "Greets somebody.")
///   }
///   @Option("Who is greeted.") var name: String
///   @Flag("Leaves the exclamation mark out.") var calm = false
///   func run() { print("Hello, \(name)" + (calm ? "" : "!")) }
/// }
/// ```
///
/// A property `learningRate` is the option `--learning-rate`.
public protocol Command {
  /// Name, help and subcommands.
  static var configuration: CommandConfiguration { get }
  /// A command whose options have their defaults.
  init()
  /// Checks that the options make sense together; throws ``UsageError`` when not.
  func validate() throws
  /// Does the work.
  mutating func run() throws
}

extension Command {
  /// Accepts every combination of options.
  public func validate() throws {}

  /// For a group of commands: asks for one of them.
  public mutating func run() throws {
    let names = Self.configuration.subcommands.map { $0.configuration.name }
    throw UsageError("a command is missing: give one of \(names.joined(separator: ", "))")
  }
}

/// What the help of a command says about it.
public struct CommandConfiguration {
  /// The word that calls the command.
  public var name: String
  /// One sentence.
  public var abstract: String
  /// Paragraphs below the usage line, separated by empty lines.
  public var discussion: String
  /// Complete command lines that work as typed.
  public var examples: [Example]
  /// The commands of a group.
  public var subcommands: [any Command.Type]

  /// A command line shown in the help.
  public struct Example: Sendable, Hashable {
    /// What is typed.
    public var command: String
    /// What it shows.
    public var note: String

    /// An example and what it shows.
    public init(_ command: String, _ note: String) {
      self.command = command
      self.note = note
    }
  }

  /// Describes a command.
  public init(
    _ name: String, abstract: String, discussion: String = "", examples: [Example] = [],
    subcommands: [any Command.Type] = []
  ) {
    self.name = name
    self.abstract = abstract
    self.discussion = discussion
    self.examples = examples
    self.subcommands = subcommands
  }
}

/// Options that several commands share, declared once and included with ``OptionGroup``.
public protocol ArgumentGroup {
  /// The heading in the help, such as `"COMMON OPTIONS"`.
  static var title: String { get }
  /// A group whose options have their defaults.
  init()
}
