/// The answer to a recall.
public struct Recall: Sendable, Hashable, Codable {
  /// The step of the answering output spikes.
  public var time: Int
  /// Cues at the output: the asked one, or the answer to content.
  public var cues: [Int]
  /// Content bits at the output: the asked ones, or the answer to a cue.
  public var content: [Int]
  /// What an ideal memory answers: content for a cue, cues for content.
  public var expected: [Int]
  /// Whether the answer is the expected one.
  public var correct: Bool
  /// The least distance of a neuron that decides the answer from its firing threshold, nA, taken from the weights:
  /// positive when every neuron lies on its right side.
  public var margin: Double
  /// Whether cues were asked for.
  public var isByContent: Bool

  /// The answer proper: content for a cue, cues for content.
  public var answer: [Int] { isByContent ? cues : content }
}
