import Laboratory
import Parallel

/// Every module's spikes for a set of queries, from which scores follow for any rule and threshold without running
/// the modules again.
public struct QueryResponses: Sendable {
  /// The map's regions that took part.
  public let regions: [Region]
  /// Positions on the route of the scored places, ascending: the columns of ``similarity(rule:threshold:)``.
  public let places: [Int]
  /// The number of queries.
  public let queries: Int
  /// Spikes of all modules.
  public let activity: SpikingActivity
  private let map: ModularMap
  /// `[region and member][query, neuron]`
  private let counts: [[Float]]

  /// Shows queries to the modules, in parallel over modules and runs of 25 images.
  ///
  /// - Parameters:
  ///   - map: a built map.
  ///   - images: the queries, in order.
  ///   - regions: those that take part; all unless given.
  ///   - threads: most threads to use; the result is the same for any number.
  ///   - ledger: notes each finished run of images; it must belong to this map and these queries.
  ///   - key: begins the names of its parts.
  ///   - onImage: called after each image shown to a module, from any thread; what it throws ends the work.
  public init(
    _ map: ModularMap, _ images: [GreyImage], regions: [Region]? = nil, threads: Int = availableThreads,
    ledger: Ledger = Ledger(), key: String = "places/query",
    onImage: @escaping @Sendable () throws -> Void = {}
  ) throws {
    let regions = regions ?? map.regions
    guard !regions.isEmpty else {
      throw PlaceRecognitionError.nothingLeft("the map has no places; build it first")
    }
    guard !images.isEmpty else { throw PlaceRecognitionError.nothingLeft("there are no queries") }
    let starts = Array(stride(from: 0, to: images.count, by: PlaceModule.imagesPerRun))
    let parts = regions.flatMap { region in
      (0..<map.settings.members).flatMap { member in starts.map { (region, member, $0) } }
    }
    let runs = try parallelMap(count: parts.count, threads: threads) { index in
      let (region, member, start) = parts[index]
      let run = images[start..<min(start + PlaceModule.imagesPerRun, images.count)]
      return try ledger.measure("\(key)/\(region.id)/\(member)/\(start)") {
        let (counts, activity) = try map.modules[region.id]![member].counts(
          run, from: start, map.showing("query", region: region.id, member: member))
        for _ in run { try onImage() }
        return Run(counts: counts, activity: activity)
      }
    }
    counts = stride(from: 0, to: runs.count, by: starts.count).map { first in
      runs[first..<first + starts.count].flatMap(\.counts)
    }
    activity = runs.reduce(SpikingActivity()) { $0 + $1.activity }
    queries = images.count
    places = map.places(of: regions)
    self.map = map
    self.regions = regions
  }

  /// What one module did for a run of queries.
  private struct Run: Codable {
    var counts: [Float]
    var activity: SpikingActivity
  }

  /// The score of each place for each query.
  ///
  /// - Parameters:
  ///   - rule: how spikes become scores.
  ///   - threshold: θ_h; the map's unless given. A threshold that leaves no neuron gives zeros.
  public func similarity(rule: NeuronalAssignment.Rule = .standard, threshold: Int? = nil)
    throws(PlaceRecognitionError) -> SimilarityMatrix
  {
    let column = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
    var values = [Double](repeating: 0, count: queries * places.count)
    let neurons = map.settings.parameters.neurons
    for (index, region) in regions.enumerated() {
      for member in 0..<map.settings.members {
        let module = map.modules[region.id]![member]
        let removed = map.hyperactiveNeurons(
          region: region.id, member: member, threshold: threshold ?? map.hyperactiveThreshold)
        let spikes = HyperactiveRemoval.removing(
          removed, from: counts[index * map.settings.members + member], neurons: neurons)
        for query in 0..<queries {
          let scores = module.assignment.scores(spikes[query * neurons..<(query + 1) * neurons], rule: rule)
          for (place, score) in zip(region.places, scores) {
            values[query * places.count + column[place]!] += score
          }
        }
      }
    }
    return try SimilarityMatrix(values, places: places.count)
  }
}
