import Figures

/// A region of a map in numbers.
public struct RegionSummary: Sendable, Hashable, Codable {
  /// The region's name.
  public var region: Int
  /// Positions of its places on the route.
  public var places: [Int]
  /// Excitatory neurons of its modules.
  public var neurons: Int
  /// Neurons that stand for no place, since they never fired at the end of the training.
  public var unassignedNeurons: Int
  /// Positions of places for which no neuron of a module stands.
  public var unlearnedPlaces: [Int]
  /// Neurons that the map's threshold leaves out.
  public var hyperactiveNeurons: Int
  /// The least and the largest θ, mV.
  public var thresholds: [Float]
  /// Mean spikes of an image in each epoch, mean over the ensemble; empty for imported modules.
  public var spikesPerImage: [Double]
}

extension ModularMap {
  /// A region in numbers.
  public func summary(of region: Region) -> RegionSummary {
    let members = modules[region.id] ?? []
    let epochs = members.map(\.spikesPerImage.count).min() ?? 0
    let thresholds = members.flatMap(\.thresholds)
    return RegionSummary(
      region: region.id, places: region.places, neurons: members.count * settings.parameters.neurons,
      unassignedNeurons: members.reduce(0) { $0 + $1.assignment.place.count { $0 == nil } },
      unlearnedPlaces: Set(members.flatMap(\.assignment.unlearnedPlaces)).sorted().map { region.places[$0] },
      hyperactiveNeurons: members.indices.reduce(0) {
        $0 + hyperactiveNeurons(region: region.id, member: $1, threshold: hyperactiveThreshold).count
      },
      thresholds: [thresholds.min() ?? 0, thresholds.max() ?? 0],
      spikesPerImage: (0..<epochs).map { epoch in
        members.reduce(0) { $0 + $1.spikesPerImage[epoch] } / Double(members.count)
      })
  }

  /// What a region has learned: its places beside the weights of their neurons, how often neurons fire for the whole
  /// route, and the spikes of each epoch of the training.
  ///
  /// - Parameters:
  ///   - region: one of the map's.
  ///   - places: the most places that are drawn.
  public func figures(of region: Region, places: Int = 10) -> [Figure] {
    guard let module = modules[region.id]?.first, let images = images[region.id] else { return [] }
    let shown = Array(region.places.indices.prefix(places))
    let fields = shown.map { module.receptiveField(ofPlace: $0) }
    let (rows, columns) = (settings.preprocessing.rows, settings.preprocessing.columns)
    let learned = Figure(
      id: "region-\(region.id)-weights", title: "What region \(region.id) has learned",
      caption:
        "Above: reference images. Below: the mean input weights of the neurons that stand for each place.",
      x: Axis(""), y: Axis(""),
      marks: [
        Mark(
          "",
          .imageGrid(
            pixels: shown.flatMap { images[$0].pixels } + fields.joined(), rows: rows, columns: columns,
            perRow: shown.count,
            captions: shown.map { "place \(region.places[$0])" }
              + shown.map { place in "\(module.assignment.place.count { $0 == place }) neurons" }))
      ])
    let active = activeImages(region: region.id, member: 0).map(Double.init)
    let responses = Figure(
      id: "region-\(region.id)-activity", title: "How often the neurons of region \(region.id) fire",
      panels: [
        Panel(
          title: "", x: Axis("reference images of the route for which a neuron fires"), y: Axis("neurons"),
          marks: [Mark("", .histogram(values: active, bins: 20))]),
        Panel(
          title: "", x: Axis("epoch"), y: Axis("spikes an image"),
          marks: [
            Mark(
              "",
              .line(
                x: module.spikesPerImage.indices.map { Double($0 + 1) }, y: module.spikesPerImage))
          ]),
      ])
    return [learned, responses]
  }
}

extension PlaceModule {
  /// The mean input weights of the neurons that stand for a place, as a picture from 0 to the largest.
  func receptiveField(ofPlace place: Int) -> [UInt8] {
    var sums = [Float](repeating: 0, count: parameters.inputs)
    for neuron in 0..<parameters.neurons where assignment.place[neuron] == place {
      for input in 0..<parameters.inputs { sums[input] += weights[input * parameters.neurons + neuron] }
    }
    let largest = sums.max() ?? 0
    return sums.map { largest > 0 ? UInt8(255 * $0 / largest) : 0 }
  }
}
