import ArgumentParsing
import Dendrites

/// A number of cells as people write it: a whole number, or a share such as `2%` or `0.02`.
///
/// A bare 1 is one cell; `1.0`, which programs read as all or as one per cent, is refused.
enum CellCount: OptionValue {
  case cells(Int)
  case share(Double)

  init?(argument: String) {
    if !argument.contains("."), let cells = Int(argument: argument) {
      self = .cells(cells)
    } else if let share = try? ActivityFraction.parse(argument, name: "count"),
      argument.hasSuffix("%") || share < 1
    {
      self = .share(share)
    } else {
      return nil
    }
  }
  static var valueName: String { "N|P%" }
  static var expectation: String {
    "a whole number of cells, or a share of them such as 2% or 0.02 (below 1; all are 100%)"
  }

  var argumentText: String {
    switch self {
    case .cells(let cells): "\(cells)"
    case .share(let share): "\(100 * share)%"
    }
  }

  /// The number of cells out of `total`; a share is rounded half up, which a note tells.
  func resolved(outOf total: Int?, _ name: String, of whole: String, quiet: Bool) throws -> Int {
    switch self {
    case .cells(let cells): return cells
    case .share(let share):
      guard let total else {
        throw UsageError("--\(name) is a share, but the number of \(whole) is not given")
      }
      let cells = Sweep.active(cells: total, activity: share)
      Terminal.warn("--\(name) is \(cells) of \(total) \(whole)", quiet: quiet)
      return cells
    }
  }
}
