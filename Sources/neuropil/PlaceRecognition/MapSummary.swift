import Foundation
import PlaceRecognition

/// What a map is, in numbers.
struct MapSummary: Encodable {
  var places: Int
  var regions: Int
  var modules: Int
  var neurons: Int
  /// Spikes of an image in the last epoch, mean over modules.
  var spikesPerImage: Double?
  var unlearnedPlaces: Int
  var unassignedNeurons: Int
  var threshold: Int

  init(_ map: ModularMap) {
    let modules = map.regions.flatMap { map.modules[$0.id]! }
    let spikes = modules.compactMap(\.spikesPerImage.last)
    places = map.placeCount
    regions = map.regions.count
    self.modules = modules.count
    neurons = modules.reduce(0) { $0 + $1.parameters.neurons }
    spikesPerImage = spikes.isEmpty ? nil : spikes.reduce(0, +) / Double(spikes.count)
    unlearnedPlaces = modules.reduce(0) { $0 + $1.assignment.unlearnedPlaces.count }
    unassignedNeurons = modules.reduce(0) { $0 + $1.assignment.place.count { $0 == nil } }
    threshold = map.hyperactiveThreshold
  }

  func show(json: Bool) {
    neuropil.show(
      self, json: json,
      [
        ("places", "\(places)"), ("regions", "\(regions)"), ("modules", "\(modules)"),
        ("neurons", "\(neurons)"),
        ("spikes an image, last epoch", spikesPerImage.map { String(format: "%.1f a module", $0) } ?? "-"),
        ("places that no neuron learned", "\(unlearnedPlaces)"),
        ("neurons without a place", "\(unassignedNeurons)"),
      ])
  }
}
