/// What a concept shift changes.
public enum ShiftKind: Sendable, Hashable, Codable {
  /// Two classes exchange their labels (published).
  case swap
  /// `classes` random classes pass their labels round.
  case cycle(classes: Int)
  /// All labels are dealt out anew.
  case relabel
  /// `concepts` different concepts, each one swap from the one before, come round again and again.
  case recurring(concepts: Int)
  /// A swap that comes in slowly: after the shift, a sample carries its new label with probability
  /// 1/(1 + exp(−4 t/width)), t samples from the middle, which lies `width` samples after the shift. A shift that
  /// comes before the end of the one before completes it.
  case gradual(width: Int)
  /// The images change, the labels stay: one of ``ImageTransform``'s in turn.
  case covariate

  /// Checks the kind's own numbers against the number of classes.
  func validate(classes: Int) throws(StreamError) {
    switch self {
    case .cycle(let count) where !(2...classes).contains(count): throw .badCycle(count, classes: classes)
    case .recurring(let count):
      // With no more concepts than swaps + 1, a swap that leads to a new concept is always left.
      let most = classes * (classes - 1) / 2 + 1
      guard (2...most).contains(count) else { throw .badConcepts(count, most: most) }
    case .gradual(let width) where width < 1: throw .badTransition(width)
    default: break
    }
  }
}
