/// Which place each excitatory neuron of a module stands for, learned from its spikes.
public struct NeuronalAssignment: Sendable, Hashable {
  /// How a module's spikes become a score for each place.
  public enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
    /// The mean count of the neurons assigned to the place (ICRA 2023).
    case standard
    /// All neurons that learned the place, weighted by how much (RA-L 2022, eqs. of the weighted assignment).
    case weighted
  }

  /// Training spikes, `[neuron, place]`, summed over the last presentations.
  public let spikes: [Double]
  /// How often each place was shown.
  public let shown: [Double]
  /// The number of places.
  public var places: Int { shown.count }
  /// The place with each neuron's largest mean count; the smaller of equal ones; `nil` when it never fired.
  public let place: [Int?]
  /// The place for which each neuron fired most in sum; `nil` when it never fired.
  public let mostSpikes: [Int?]
  private let neuronsOf: [[Int]]
  private let weighted: [[Share]]

  /// What one neuron brings to one place under the weighted rule.
  private struct Share: Hashable {
    var neuron: Int
    var spikes: Double
    var factor: Double
  }

  /// Learns from counts.
  ///
  /// - Parameters:
  ///   - counts: spikes, `[presentation, neuron]`.
  ///   - labels: the place shown in each presentation.
  ///   - places: the number of places of the module.
  public init(counts: [Float], labels: [Int], places: Int) {
    precondition(
      !labels.isEmpty && counts.count % labels.count == 0, "NeuronalAssignment: counts must fill whole rows")
    let neurons = counts.count / labels.count
    var spikes = [Double](repeating: 0, count: neurons * places)
    var shown = [Double](repeating: 0, count: places)
    for (row, label) in labels.enumerated() {
      precondition((0..<places).contains(label), "NeuronalAssignment: a label lies outside the places")
      shown[label] += 1
      for neuron in 0..<neurons { spikes[neuron * places + label] += Double(counts[row * neurons + neuron]) }
    }
    self.init(spikes: spikes, shown: shown)
  }

  /// From summed training spikes, `[neuron, place]`, and how often each place was shown.
  public init(spikes: [Double], shown: [Double]) {
    let places = shown.count
    let neurons = spikes.count / places
    func largest(_ neuron: Int, _ value: (Int) -> Double) -> Int? {
      var best: (place: Int, value: Double)?
      for place in 0..<places where value(place) > best?.value ?? 0 { best = (place, value(place)) }
      return best?.place
    }
    let place = (0..<neurons).map { neuron in
      largest(neuron) { shown[$0] > 0 ? spikes[neuron * places + $0] / shown[$0] : 0 }
    }
    let mostSpikes = (0..<neurons).map { neuron in largest(neuron) { spikes[neuron * places + $0] } }
    var neuronsOf = [[Int]](repeating: [], count: places)
    for neuron in 0..<neurons { if let place = place[neuron] { neuronsOf[place].append(neuron) } }
    let preferred = Set(mostSpikes.compactMap { $0 })
    let regularisedFrom = 0.02 * Double(preferred.count)
    weighted = (0..<places).map { place in
      guard preferred.contains(place) else { return [] }
      return (0..<neurons).compactMap { neuron in
        let row = spikes[neuron * places..<(neuron + 1) * places]
        let share = row[row.startIndex + place] / row.reduce(0, +)
        guard share > 0.1 else { return nil }  // false too for a neuron that never fired
        let learned = Double(row.count { $0 > 0 })
        return Share(
          neuron: neuron, spikes: row[row.startIndex + place],
          factor: learned >= regularisedFrom ? share / learned : share)
      }
    }
    (self.spikes, self.shown, self.place) = (spikes, shown, place)
    (self.mostSpikes, self.neuronsOf) = (mostSpikes, neuronsOf)
  }

  /// The score of each place for one image's spikes; 0 for a place that no neuron learned.
  ///
  /// - Parameters:
  ///   - counts: of each neuron; a removed neuron's count is 0 and still divides.
  ///   - rule: how spikes become scores.
  public func scores(_ counts: ArraySlice<Float>, rule: Rule) -> [Double] {
    let first = counts.startIndex
    switch rule {
    case .standard:
      return neuronsOf.map { neurons in
        neurons.isEmpty
          ? 0 : neurons.reduce(0) { $0 + Double(counts[first + $1]) } / Double(neurons.count)
      }
    case .weighted:
      return weighted.map { shares in
        let learned = shares.reduce(0) { $0 + $1.spikes }
        let fired = shares.reduce(0) { $0 + (counts[first + $1.neuron] != 0 ? $1.spikes : 0) }
        let sum = shares.reduce(0) { $0 + Double(counts[first + $1.neuron]) * $1.factor }
        return learned > 0 ? sum * fired / learned : 0
      }
    }
  }

  /// Places for which no neuron stands.
  public var unlearnedPlaces: [Int] { neuronsOf.indices.filter { neuronsOf[$0].isEmpty } }
}
