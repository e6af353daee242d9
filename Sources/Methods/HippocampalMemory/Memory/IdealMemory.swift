/// The memory as it should be: a table of contents by cue.
public struct IdealMemory: Sendable, Hashable, Codable {
  private var contents: [Int: Set<Int>] = [:]

  /// An empty memory.
  public init() {}

  /// Stores content under a cue, in place of what was there.
  public mutating func learn(cue: Int, content: [Int]) { contents[cue] = Set(content) }

  /// Removes a cue's content.
  public mutating func forget(cue: Int) { contents[cue] = nil }

  /// The content of a cue, ascending.
  public func content(of cue: Int) -> [Int] { contents[cue, default: []].sorted() }

  /// The cues whose content holds at least one of the bits, ascending.
  public func cues(matching bits: [Int]) -> [Int] {
    contents.filter { !$0.value.isDisjoint(with: bits) }.keys.sorted()
  }

  /// Cues in use, ascending.
  public var cues: [Int] { contents.keys.sorted() }
}
