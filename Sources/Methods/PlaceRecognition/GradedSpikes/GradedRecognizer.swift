/// A map of graded spikes that meets queries one after another.
public struct GradedRecognizer: Sendable {
  /// The number of places, named by their positions on the route.
  public var places: Int { map.places }
  private let map: GradedSpikeMap
  private var window: SequenceWindow?
  /// For each module and pixel, the feature neurons that it reaches.
  private let reached: [[Int]]

  /// A recogniser.
  ///
  /// - Parameters:
  ///   - map: a trained map.
  ///   - sequence: how many queries are matched together; 1 for each by itself.
  /// - Throws: ``PlaceRecognitionError/outOfRange(name:value:allowed:)`` for a sequence longer than the route.
  public init(_ map: GradedSpikeMap, sequence: Int = 1) throws(PlaceRecognitionError) {
    guard (1...map.places).contains(sequence) else {
      throw .outOfRange(
        name: "sequence length", value: "\(sequence)",
        allowed: "1 to the number of the map's places, \(map.places)")
    }
    self.map = map
    window = sequence > 1 ? SequenceWindow(length: sequence) : nil
    reached = map.modules.map(\.feature.reached)
  }

  /// The score of each place for the next query, and the synapses that its graded spikes reach: those of each pixel
  /// that is not black, and those of each feature neuron that answers.
  ///
  /// - Throws: ``PlaceRecognitionError/wrongShape(_:)`` for an image of another size than the map's.
  public mutating func recognize(_ image: GreyImage) throws(PlaceRecognitionError) -> (
    scores: PlaceScores, synapticOperations: Int
  ) {
    guard image.pixels.count == map.inputs else {
      throw .wrongShape("the query has \(image.pixels.count) pixels, but the map \(map.inputs) inputs")
    }
    let input = GradedSpikeMap.spikes(image)
    var scores: [Double] = []
    var activity = SpikingActivity()
    activity.inputSpikes = input.count { $0 > 0 } * map.modules.count
    var operations = 0
    for (module, reached) in zip(map.modules, reached) {
      let features = module.feature.drive(input)
      let answering = features.count { $0 != 0 }
      activity.excitatorySpikes += answering
      operations += answering * module.output.neurons
      for (amplitude, synapses) in zip(input, reached) where amplitude > 0 { operations += synapses }
      scores += module.output.drive(features).map(Double.init)
    }
    return (
      PlaceScores(
        scores: window?.matched(scores) ?? scores, activity: activity,
        countedSpikes: Double(activity.excitatorySpikes), shown: 0), operations
    )
  }
}
