import Foundation
import Parallel
import Probability
import Spiking

/// A map that meets queries one after another.
///
/// A module's state carries over from image to image, as in the published program; after every 25 images all modules
/// begin anew from rest. The answers do not depend on the number of threads, and a stream of queries that are each
/// answered after the whole presentation gets the same ones as the same images in one evaluation.
public final class Recognizer {
  /// The map's regions that take part.
  public let regions: [Region]
  /// Positions on the route of the scored places, ascending.
  public let places: [Int]
  private let map: ModularMap
  private let rule: NeuronalAssignment.Rule
  private let decision: Decision
  private let threads: Int
  private let column: [Int: Int]
  private let modules: [RecognizingModule]
  private var next = 0
  private var window: SequenceWindow?

  /// A recogniser.
  ///
  /// - Parameters:
  ///   - map: a built map.
  ///   - regions: those that take part; all unless given.
  ///   - rule: how spikes become scores.
  ///   - threshold: θ_h; the map's unless given.
  ///   - decision: when a query is answered.
  ///   - sequence: how many queries are matched together; 1 for each by itself.
  ///   - threads: most threads to use.
  /// - Throws: ``PlaceRecognitionError`` when no region or no neuron is left, or for a sequence longer than the route.
  public init(
    _ map: ModularMap, regions: [Region]? = nil, rule: NeuronalAssignment.Rule = .standard,
    threshold: Int? = nil, decision: Decision = .atTheEnd, sequence: Int = 1,
    threads: Int = availableThreads
  ) throws(PlaceRecognitionError) {
    let regions = regions ?? map.regions
    let threshold = threshold ?? map.hyperactiveThreshold
    try map.requireNeurons(in: regions, threshold: threshold)
    try decision.validate()
    places = map.places(of: regions)
    guard (1...places.count).contains(sequence) else {
      throw .outOfRange(
        name: "sequence length", value: "\(sequence)",
        allowed: "1 to the number of the map's places, \(places.count)")
    }
    guard sequence == 1 || decision == .atTheEnd else {
      throw .outOfRange(
        name: "sequence length", value: "\(sequence)",
        allowed: "1 when a query is answered early: a decision is about one query alone")
    }
    (self.map, self.regions, self.rule) = (map, regions, rule)
    (self.decision, self.threads) = (decision, threads)
    window = sequence > 1 ? SequenceWindow(length: sequence) : nil
    column = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
    modules = regions.flatMap { region in
      (0..<map.settings.members).map { RecognizingModule(map, region, $0, threshold: threshold) }
    }
  }

  /// The score of each place for the next query.
  ///
  /// - Throws: ``PlaceRecognitionError/wrongShape(_:)`` for an image of another size than the map's.
  public func recognize(_ image: GreyImage) throws -> PlaceScores {
    let input = try inputSpikes(image, map.settings.parameters, seed: map.settings.seed, "query", next)
    let before = modules.map(\.activity)
    let begins = next % PlaceModule.imagesPerRun == 0
    next += 1
    let interval =
      decision == .atTheEnd ? input.stepCount : max(1, ModuleParameters.steps(Decision.interval))
    var standing = Standing(places: places.count)
    var step = 0
    while step < input.stepCount {
      let end = min(step + interval, input.stepCount)
      standing = self.standing(
        after: input.part(step..<end), left: input.stepCount - end, settles: begins && step == 0)
      step = end
      if decision.isReached(scores: standing.scores, most: standing.most) { break }
    }
    let modules = modules
    _ = parallelMap(count: modules.count, threads: threads) { modules[$0].rest() }
    return PlaceScores(
      scores: window?.matched(standing.scores) ?? standing.scores,
      activity: zip(modules, before).reduce(SpikingActivity()) { $0 + ($1.0.activity - $1.1) },
      countedSpikes: standing.spikes, shown: Double(step) * ModuleParameters.timeStep)
  }

  /// How places stand while an image is shown.
  private struct Standing {
    var scores, most: [Double]
    var spikes = 0.0

    init(places: Int) {
      scores = [Double](repeating: 0, count: places)
      most = scores
    }
  }

  /// Shows a part of an image to all modules.
  private func standing(after part: SpikeRaster, left: Int, settles: Bool) -> Standing {
    let (modules, rule) = (modules, rule)
    let answers = parallelMap(count: modules.count, threads: threads) { index in
      let module = modules[index]
      if settles { module.settle() }
      module.run(part)
      let counts = module.counts(left: left)
      return (
        scores: module.scores(counts.now, rule), most: module.scores(counts.most, rule),
        spikes: Double(counts.now.reduce(0, +))
      )
    }
    var standing = Standing(places: places.count)
    for (module, answer) in zip(modules, answers) {
      for (index, place) in module.region.places.enumerated() {
        standing.scores[column[place]!] += answer.scores[index]
        standing.most[column[place]!] += answer.most[index]
      }
      standing.spikes += answer.spikes
    }
    return standing
  }

  /// Spikes times the synapses each reaches: the work of spiking hardware for a query.
  public func synapticOperations(_ activity: SpikingActivity) -> Int {
    activity.synapticOperations(neurons: map.settings.parameters.neurons)
  }
}

/// One module with its simulator; touched by one thread at a time.
private final class RecognizingModule: @unchecked Sendable {
  let region: Region
  private let module: PlaceModule
  private let removed: [Int]
  private let fast: ModuleSimulator<Float>?
  private let exact: ModuleSimulator<Double>?

  init(_ map: ModularMap, _ region: Region, _ member: Int, threshold: Int) {
    self.region = region
    module = map.modules[region.id]![member]
    removed = map.hyperactiveNeurons(region: region.id, member: member, threshold: threshold)
    let showing = map.showing("query", region: region.id, member: member)
    let isFast = showing.precision == .float32
    fast = isFast ? module.frozen(showing, Float.self) : nil
    exact = isFast ? nil : module.frozen(showing, Double.self)
  }

  var activity: SpikingActivity { fast?.activity ?? exact!.activity }

  func settle() {
    fast?.settle()
    exact?.settle()
  }

  func run(_ input: SpikeRaster) {
    fast?.run(input, steps: input.stepCount)
    exact?.run(input, steps: input.stepCount)
  }

  func rest() { _ = fast?.rest() ?? exact!.rest() }

  /// Spikes so far, and the most there can be after `left` further steps; 0 for neurons left out.
  func counts(left: Int) -> (now: [Float], most: [Float]) {
    var now = fast?.spikesSoFar ?? exact!.spikesSoFar
    var most = zip(now, fast?.mostSpikes(in: left) ?? exact!.mostSpikes(in: left)).map { $0 + $1 }
    for neuron in removed { (now[neuron], most[neuron]) = (0, 0) }
    return (now, most)
  }

  func scores(_ counts: [Float], _ rule: NeuronalAssignment.Rule) -> [Double] {
    module.assignment.scores(counts[...], rule: rule)
  }
}
