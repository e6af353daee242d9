import Figures
import Probability

/// How often recalls of random memories are right under a condition.
public struct StudyResult: Sendable, Hashable, Codable {
  /// The condition in words, such as `spacing 7`.
  public var condition: String
  /// Its number: the spacing, the memories stored, the chance of a fault.
  public var value: Double
  /// Recalls by cue that were right.
  public var byCue: Score
  /// Recalls by content that were right.
  public var byContent: Score
  /// Cues that did not answer a content bit they hold, over all recalls by content.
  public var missingCues: Int
  /// Cues that answered a content bit they do not hold.
  public var wrongCues: Int

  /// Right answers of all, with their share and its 95 % interval (Clopper and Pearson).
  public struct Score: Sendable, Hashable, Codable {
    /// Right answers.
    public var correct: Int
    /// All answers.
    public var total: Int
    /// Their share; `nil` without answers.
    public var share: Double?
    /// Lower end of the interval.
    public var low: Double
    /// Upper end.
    public var high: Double

    init(correct: Int, total: Int) {
      (self.correct, self.total) = (correct, total)
      share = total == 0 ? nil : Double(correct) / Double(total)
      let interval = total == 0 ? 0...1 : Proportion(successes: correct, trials: total).clopperPearson()
      (low, high) = (interval.lowerBound, interval.upperBound)
    }
  }
}

extension [StudyResult] {
  /// Right answers in percent over the conditions' numbers, with their interval; a condition without answers has none.
  ///
  /// - Parameter score: those by cue or by content.
  public func line(_ name: String, _ score: KeyPath<StudyResult, StudyResult.Score>) -> Mark {
    let shown = filter { $0[keyPath: score].share != nil }
    func percent(_ part: KeyPath<StudyResult.Score, Double>) -> [Double] {
      shown.map { $0[keyPath: score][keyPath: part] * 100 }
    }
    return Mark(
      name,
      .line(
        x: shown.map(\.value), y: shown.map { $0[keyPath: score].share! * 100 }, low: percent(\.low),
        high: percent(\.high)))
  }
}

/// What one random memory's recalls came to.
struct TrialCounts: Sendable, Hashable, Codable {
  var cueRecalls = 0
  var rightCueRecalls = 0
  var contentRecalls = 0
  var rightContentRecalls = 0
  var missingCues = 0
  var wrongCues = 0

  init() {}

  init(_ answers: [Recall]) {
    for answer in answers {
      guard answer.isByContent else {
        cueRecalls += 1
        rightCueRecalls += answer.correct ? 1 : 0
        continue
      }
      contentRecalls += 1
      rightContentRecalls += answer.correct ? 1 : 0
      missingCues += Set(answer.expected).subtracting(answer.cues).count
      wrongCues += Set(answer.cues).subtracting(answer.expected).count
    }
  }

  static func + (a: TrialCounts, b: TrialCounts) -> TrialCounts {
    var sum = a
    sum.cueRecalls += b.cueRecalls
    sum.rightCueRecalls += b.rightCueRecalls
    sum.contentRecalls += b.contentRecalls
    sum.rightContentRecalls += b.rightContentRecalls
    sum.missingCues += b.missingCues
    sum.wrongCues += b.wrongCues
    return sum
  }
}
