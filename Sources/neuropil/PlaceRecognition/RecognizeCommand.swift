import ArgumentParsing
import Foundation
import Laboratory
import NeuralData
import PlaceRecognition

/// Says which place pictures show.
struct RecognizeCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "recognize", abstract: "Says which place pictures show, one after another.",
      discussion:
        "The query is a picture, a folder, a list, an .npy array, or '-': then paths of pictures are read from standard input as they come. Confidence is the share of the best score that the second lacks; a picture below --confidence or --score, without contrast, or for which no neuron fires, is 'unknown'. The delay is the time the answer took; synaptic operations are spikes times the synapses each reaches. With '-' and --json each answer is an object in a line of its own, as it comes. --decide certain ends a presentation once no further spike could change the answer; --decide lead once the best score leads by --lead spikes. The map is one of modules, or one that 'graded' kept: such a map answers at once.",
      examples: [
        .init(
          "neuropil places synthesize --places 6 --out /tmp/neuropil-rec && neuropil places build --reference /tmp/neuropil-rec/spring --module-size 3 --neurons 30 --epochs 2 --out /tmp/neuropil-rec/map && neuropil places recognize --map /tmp/neuropil-rec/map --query /tmp/neuropil-rec/summer --confidence 0.1",
          "Six pictures."),
        .init(
          "neuropil places synthesize --places 6 --out /tmp/neuropil-rec2 && neuropil places build --reference /tmp/neuropil-rec2/spring --module-size 3 --neurons 30 --epochs 2 --out /tmp/neuropil-rec2/map && ls /tmp/neuropil-rec2/summer/*.png | neuropil places recognize --map /tmp/neuropil-rec2/map --query - --json",
          "Pictures as they come."),
      ])
  }
  @Option("The map's folder.", valueName: "DIR", completion: .folder) var map: String
  @Option(
    "A picture, a folder, a list, an array, or - for paths on standard input.", valueName: "PATH",
    completion: .file)
  var query: String
  @Option("The least confidence of an answer, 0 to 1.") var confidence = 0.0
  @Option("The least score of an answer, in spikes of a neuron; any unless given.") var score: Double?
  @Option("When to answer: at the end of the presentation, when certain, or at a lead.")
  var decide = DecisionKind.end
  @Option("With --decide lead: by how much the best score must lead, in spikes of a neuron.") var lead = 1.0
  @Option("Matches the latest N pictures of the stream with N places in a row.") var sequence = 1
  @OptionGroup var answers: AnswerOptions
  @OptionGroup var pictures: TraverseOptions
  @Option("Most threads to use; all of the machine's unless given.") var threads: Int?
  @OptionGroup var common: CommonOptions

  private struct Answer: Encodable {
    var query: String
    /// Position on the route; none when unknown.
    var place: Int?
    var name: String?
    var confidence: Double
    var score: Double
    var milliseconds: Double
    /// How long the picture was shown to the modules.
    var shownMilliseconds: Double?
    var synapticOperations: Int
    var reason: String?
  }

  /// When to answer.
  enum DecisionKind: String, CaseIterable, OptionValue {
    case end, certain, lead
  }

  private var decision: Decision {
    switch decide {
    case .end: .atTheEnd
    case .certain: .whenCertain
    case .lead: .atLead(lead)
    }
  }

  func validate() throws {
    guard (0...1).contains(confidence) else {
      throw UsageError("--confidence is \(confidence), but must be 0 to 1")
    }
    if let score, !(score >= 0) { throw UsageError("--score is \(score), but must be 0 or more") }
    if StoredGradedMap.isIn(map) {
      guard decide == .end, answers.assignment == .standard, answers.threshold == nil else {
        throw UsageError(
          "\(map) is a map of graded spikes, which answers at once and has no neurons to assign or leave out; do without --decide, --assignment and --threshold"
        )
      }
    }
  }

  func run() throws {
    let chance = ChanceOptions()
    chance.threads = threads
    let count = try chance.threadCount()
    let map = try askedMap(threads: count)
    let isStream = query == "-"
    var all: [Answer] = []
    func answer(_ name: String, _ image: GreyImage) throws {
      let answer = try self.answer(name, image, map)
      guard common.json else { return show(answer) }
      if isStream { return show(JSONText.encode(answer)) }
      all.append(answer)
    }
    if isStream {
      var line = 0
      while let path = readLine() {
        line += 1
        let path = path.trimmingCharacters(in: .whitespaces)
        if path.isEmpty { continue }
        do {
          try answer(
            path,
            Traverse.readImage(
              path, preprocessing: map.preprocessing, isPreprocessed: pictures.preprocessed))
        } catch var error as FileError {
          error.location = [error.location, "line \(line) of standard input"].compactMap { $0 }.joined(
            separator: ", ")
          throw error
        }
      }
    } else {
      let drive = try Traverse.read(
        query, pictures.selection, preprocessing: map.preprocessing, threads: count)
      for (name, image) in zip(drive.imageNames, drive.images) { try answer(name, image) }
    }
    if common.json && !isStream { print(JSONText.encode(["answers": all])) }
  }

  /// A map of either kind.
  private struct AskedMap {
    var preprocessing: Preprocessing
    /// Positions on the route of the scored places.
    var places: [Int]
    var names: [Int: String]
    /// The scores of the next picture's places, and what they cost.
    var recognize: (GreyImage) throws -> (scores: PlaceScores, synapticOperations: Int)
    var isTimed: Bool
  }

  private func askedMap(threads: Int) throws -> AskedMap {
    if StoredGradedMap.isIn(map) {
      let stored = try StoredGradedMap.read(map)
      var recognizer = try GradedRecognizer(stored.map, sequence: sequence)
      return AskedMap(
        preprocessing: stored.preprocessing, places: Array(0..<recognizer.places),
        names: Dictionary(uniqueKeysWithValues: stored.placeNames.enumerated().map { ($0, $1) }),
        recognize: { try recognizer.recognize($0) }, isTimed: false)
    }
    let map = try ModularMap.read(map, threshold: answers.threshold, common: common)
    let recognizer = try Recognizer(
      map, rule: answers.assignment, decision: decision, sequence: sequence, threads: threads)
    return AskedMap(
      preprocessing: map.settings.preprocessing, places: recognizer.places,
      names: Dictionary(uniqueKeysWithValues: map.regions.flatMap { zip($0.places, $0.placeNames) }),
      recognize: {
        let scores = try recognizer.recognize($0)
        return (scores, recognizer.synapticOperations(scores.activity))
      }, isTimed: true)
  }

  private func answer(_ name: String, _ image: GreyImage, _ map: AskedMap) throws -> Answer {
    let start = ContinuousClock.now
    let (scores, operations) = try map.recognize(image)
    let time = (ContinuousClock.now - start).components
    var answer = Answer(
      query: name, confidence: scores.confidence, score: scores.scores.max() ?? 0,
      milliseconds: Double(time.seconds) * 1000 + Double(time.attoseconds) * 1e-15,
      shownMilliseconds: map.isTimed ? scores.shown : nil, synapticOperations: operations)
    if image.isFlat {
      answer.reason = "the picture has no contrast"
    } else if let best = scores.best {
      if scores.confidence < confidence {
        answer.reason = "the confidence is below \(confidence.argumentText)"
      } else if let score, answer.score < score {
        answer.reason = "the score is below \(score.argumentText)"
      } else {
        answer.place = map.places[best]
        answer.name = map.names[map.places[best]]
      }
    } else {
      answer.reason = "no neuron fired"
    }
    return answer
  }

  private func show(_ answer: Answer) {
    let found = answer.place.map { "place \($0) (\(answer.name ?? ""))" } ?? "unknown: \(answer.reason!)"
    show(
      "\(answer.query): \(found), confidence \(String(format: "%.2f", answer.confidence)), \(String(format: "%.1f", answer.milliseconds)) ms, \(String(format: "%.3g", Double(answer.synapticOperations))) synaptic operations"
    )
  }

  /// Prints a line at once, also into a pipe.
  private func show(_ line: String) {
    print(line)
    fflush(nil)
  }
}
