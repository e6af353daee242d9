import Foundation
import Parallel
import Probability

/// What a map says about a query.
public struct PlaceScores: Sendable, Hashable {
  /// The score of each place, in the order of ``Recognizer/places``.
  public var scores: [Double]
  /// Spikes of all modules.
  public var activity: SpikingActivity
  /// Excitatory spikes that were counted for the scores.
  public var countedSpikes: Double

  /// The place most alike, as an index into the scores; `nil` when no place stands out, as when no neuron fired.
  public var best: Int? {
    guard let top = scores.max(), top > 0 else { return nil }
    return scores.firstIndex(of: top)
  }

  /// The share of the best score that the second lacks: 1 when only one place answers, 0 when two answer alike.
  public var confidence: Double {
    guard let best else { return 0 }
    var second = 0.0
    for (place, score) in scores.enumerated() where place != best { second = max(second, score) }
    return (scores[best] - second) / scores[best]
  }
}

/// A map that meets queries one after another.
///
/// A module's state carries over from image to image, as in the published program; after every 25 images all modules
/// begin anew from rest. The answers do not depend on the number of threads, and a stream of queries gets the same
/// ones as the same images in one evaluation.
public final class Recognizer {
  /// The map's regions that take part.
  public let regions: [Region]
  /// Positions on the route of the scored places, ascending.
  public let places: [Int]
  private let map: ModularMap
  private let rule: NeuronalAssignment.Rule
  private let threads: Int
  private let column: [Int: Int]
  private let modules: [Member]
  private var next = 0

  /// One module with its simulator; touched by one thread at a time.
  private final class Member: @unchecked Sendable {
    let region: Region
    let module: PlaceModule
    let removed: [Int]
    let fast: ModuleSimulator<Float>?
    let exact: ModuleSimulator<Double>?

    init(_ map: ModularMap, _ region: Region, _ member: Int, threshold: Int) {
      self.region = region
      module = map.modules[region.id]![member]
      removed = map.hyperactiveNeurons(region: region.id, member: member, threshold: threshold)
      let showing = map.showing("query", region: region.id, member: member)
      let isFast = showing.precision == .float32
      fast = isFast ? module.frozen(showing, Float.self) : nil
      exact = isFast ? nil : module.frozen(showing, Double.self)
    }

    func settle() {
      fast?.settle()
      exact?.settle()
    }

    var activity: SpikingActivity { fast?.activity ?? exact!.activity }
  }

  /// A recogniser.
  ///
  /// - Parameters:
  ///   - map: a built map.
  ///   - regions: those that take part; all unless given.
  ///   - rule: how spikes become scores.
  ///   - threshold: θ_h; the map's unless given.
  ///   - threads: most threads to use.
  /// - Throws: ``PlaceRecognitionError/nothingLeft(_:)`` when no region or no neuron is left.
  public init(
    _ map: ModularMap, regions: [Region]? = nil, rule: NeuronalAssignment.Rule = .standard,
    threshold: Int? = nil,
    threads: Int = availableThreads
  ) throws(PlaceRecognitionError) {
    let regions = regions ?? map.regions
    guard !regions.isEmpty else { throw .nothingLeft("the map has no places; build it first") }
    let threshold = threshold ?? map.hyperactiveThreshold
    let removal = map.removal(threshold: threshold, regions: regions)
    guard removal.neurons < regions.count * map.settings.members * map.settings.parameters.neurons else {
      throw .nothingLeft(
        "the threshold \(threshold) for hyperactive neurons removes every neuron; choose a larger one, or 0 for none"
      )
    }
    self.map = map
    self.regions = regions
    self.rule = rule
    self.threads = threads
    places = map.places(of: regions)
    column = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
    modules = regions.flatMap { region in
      (0..<map.settings.members).map { Member(map, region, $0, threshold: threshold) }
    }
  }

  /// The score of each place for the next query.
  ///
  /// - Throws: ``PlaceRecognitionError/wrongShape(_:)`` for an image of another size than the map's.
  public func recognize(_ image: GreyImage) throws -> PlaceScores {
    let index = next
    let input = try inputSpikes(image, map.settings.parameters, seed: map.settings.seed, "query", index)
    next += 1
    let begins = index % PlaceModule.imagesPerRun == 0
    let rule = rule
    let members = modules
    let answers = parallelMap(count: members.count, threads: threads) { place in
      let member = members[place]
      let before = member.activity
      if begins { member.settle() }
      var counts = member.fast?.present(input) ?? member.exact!.present(input)
      for neuron in member.removed { counts[neuron] = 0 }
      return (
        scores: member.module.assignment.scores(counts[...], rule: rule), spikes: counts.reduce(0, +),
        activity: member.activity - before
      )
    }
    var result = PlaceScores(
      scores: [Double](repeating: 0, count: places.count), activity: SpikingActivity(), countedSpikes: 0)
    for (member, answer) in zip(members, answers) {
      for (place, score) in zip(member.region.places, answer.scores) {
        result.scores[column[place]!] += score
      }
      result.activity = result.activity + answer.activity
      result.countedSpikes += Double(answer.spikes)
    }
    return result
  }

  /// Spikes times the synapses each reaches: the work of spiking hardware for a query.
  public func synapticOperations(_ activity: SpikingActivity) -> Int {
    activity.synapticOperations(neurons: map.settings.parameters.neurons)
  }
}

extension SpikingActivity {
  /// The activity since an earlier moment.
  static func - (later: SpikingActivity, earlier: SpikingActivity) -> SpikingActivity {
    var rest = later
    rest.inputSpikes -= earlier.inputSpikes
    rest.excitatorySpikes -= earlier.excitatorySpikes
    rest.inhibitorySpikes -= earlier.inhibitorySpikes
    return rest
  }
}
