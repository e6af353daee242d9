import Figures

/// How large a reproduction is.
public enum Scale: String, Sendable, Hashable, Codable, CaseIterable {
  /// Seconds: shows that everything runs; its figures mean little.
  case smoke
  /// About a minute a method.
  case quick
  /// Between quick and paper; expressive neurons take about an hour of one processor.
  case long
  /// The paper's own sizes; hours.
  case paper
}

/// What the measurements of a method's claims run with.
public struct ReproductionContext: Sendable {
  /// How large.
  public var scale: Scale
  /// Seed of all chance.
  public var seed: UInt64
  /// Most threads to use.
  public var threads: Int
  /// Where to report.
  public var progress: Progress
  /// Parts that an earlier, stopped run has finished; keys begin with the method's name.
  public var ledger: Ledger
  /// Where tensors are computed, as a user names it: `cpu`, `cuda`, `mps`.
  public var device: String

  /// A context.
  public init(
    scale: Scale, seed: UInt64, threads: Int, progress: Progress, ledger: Ledger = Ledger(),
    device: String = "cpu"
  ) {
    self.scale = scale
    self.seed = seed
    self.threads = threads
    self.progress = progress
    self.ledger = ledger
    self.device = device
  }
}

/// The measurements of one method.
public struct ReproductionOutcome: Sendable, Codable {
  /// Claims and verdicts, in the paper's order.
  public var results: [ClaimResult]
  /// The paper's figures redrawn, and further ones.
  public var figures: [Figure]
  /// What a reader should know.
  public var notes: [String]

  /// An outcome.
  public init(results: [ClaimResult], figures: [Figure], notes: [String] = []) {
    self.results = results
    self.figures = figures
    self.notes = notes
  }
}

/// A method that measures its paper's claims.
public protocol Reproduction: Sendable {
  /// The method's command.
  static var method: String { get }
  /// The paper: authors, title, place, year.
  static var paper: String { get }
  /// Measures every claim.
  static func measure(in context: ReproductionContext) throws -> ReproductionOutcome
}
