import Figures
import Foundation

/// Figures and the page of an analysis.
public enum ConnectomeReport {
  /// The page: motifs with their times, animals, communities, graphs and raw traces.
  public static func report(
    _ analysis: ConnectomeAnalysis, _ fit: NonnegativeCP, traces: TraceSet?, schedule: StimulusSchedule?,
    surrogates: SurrogateTest? = nil, stability: AnimalStability? = nil, anatomy: AnatomicalComparison? = nil,
    edgeThreshold: Double, title: String = "Dynamic connectome"
  ) -> Report {
    var sections = [
      Report.Section(
        "Motifs",
        analysis.warnings.map { .paragraph($0) } + [
          .table(
            header: header(surrogates, stability, anatomy),
            rows: analysis.motifs.map { row($0, surrogates, stability, anatomy) }),
          .figure(times(analysis, fit, schedule)), .figure(animals(analysis)),
        ])
    ]
    for motif in analysis.motifs {
      var items: [Report.Item] = [.figure(matrix(analysis, fit, motif))]
      if motif.communities != nil {
        items.append(.figure(graph(analysis, fit, motif, threshold: edgeThreshold)))
        items.append(
          .table(
            header: ["community", "neurons"],
            rows: motif.members.enumerated().map { ["\($0.offset + 1)", $0.element.joined(separator: ", ")] })
        )
      }
      if let traces, let figure = traceBack(analysis, motif, traces) { items.append(.figure(figure)) }
      sections.append(Report.Section("Motif \(motif.component + 1)", items))
    }
    return Report(
      title: title,
      introduction: String(
        format: "%d animals, %d neurons, %d samples at %g Hz; %d components leave a relative error of %.3f.",
        analysis.animals.count, analysis.neurons.count, analysis.samples, analysis.samplingRate,
        analysis.motifs.count, analysis.relativeError), sections: sections)
  }

  private static func header(
    _ surrogates: SurrogateTest?, _ stability: AnimalStability?, _ anatomy: AnatomicalComparison?
  ) -> [String] {
    [
      "motif", "share of the tensor's norm", "peak", "epoch", "strongest animals", "strongest pairs",
      "groups",
    ]
      + (surrogates == nil ? [] : ["p of the component", "p of its communities"])
      + (stability == nil ? [] : ["least cosine without an animal"])
      + (anatomy == nil ? [] : ["area under the curve of anatomy", "anatomical enrichment"])
  }

  private static func row(
    _ motif: Motif, _ surrogates: SurrogateTest?, _ stability: AnimalStability?,
    _ anatomy: AnatomicalComparison?
  ) -> [String] {
    func text(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "none" }
    let r = motif.component
    let epoch = motif.peakEpoch.map { place in
      let epoch = motif.epochs[place]
      return String(
        format: "%@, %g to %g s, %.0f %% of it", epoch.stimuli.joined(separator: "/"), epoch.on, epoch.off,
        100 * epoch.energy)
    }
    let strongest = motif.animals.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3)
    var cells = [
      "\(r + 1)", text(motif.share), String(format: "%.1f s", motif.peak), epoch ?? "none",
      strongest.map { String(format: "%@ %.2f", $0.key, $0.value) }.joined(separator: ", "),
      motif.pairs.prefix(4).map { $0.neurons.joined(separator: "-") }.joined(separator: ", "),
      motif.communities.map { $0.groups.map(String.init).joined(separator: "-") } ?? "none",
    ]
    if let surrogates { cells += [text(surrogates.componentP[r]), text(surrogates.communityP[r])] }
    if let stability { cells.append(text(stability.least[r])) }
    if let anatomy { cells += [text(anatomy.areas[r]), text(anatomy.enrichment[r])] }
    return cells
  }

  /// When each component is active, over the stimuli.
  public static func times(
    _ analysis: ConnectomeAnalysis, _ fit: NonnegativeCP, _ schedule: StimulusSchedule?
  ) -> Figure {
    let x = (0..<analysis.samples).map { Double($0) / analysis.samplingRate }
    let largest = fit.time.max() ?? 1
    let bands = (schedule?.epochs ?? []).map { range in
      let names = (schedule?.windows ?? []).filter { $0.on == range.lowerBound && $0.off == range.upperBound }
        .map(\.stimulus)
      let name = Array(Set(names)).sorted().joined(separator: "/")
      return Mark(
        name,
        .line(
          x: [range.lowerBound, range.upperBound], y: [0, 0], low: [0, 0], high: [largest, largest]),
        colour: 6)
    }
    return Figure(
      id: "times", title: "Temporal factors",
      caption: "When each motif is active; grey where a stimulus was on.",
      x: Axis("Time (s)"), y: Axis("Temporal factor"),
      marks: bands
        + analysis.motifs.map {
          Mark(
            "motif \($0.component + 1)", .line(x: x, y: fit.timeCourse(of: $0.component)),
            colour: $0.component)
        })
  }

  /// How strongly each animal has each component.
  public static func animals(_ analysis: ConnectomeAnalysis) -> Figure {
    Figure(
      id: "animals", title: "Animal factors", caption: "How strongly each animal has each motif.",
      x: Axis("Animal"), y: Axis("Animal factor"),
      marks: analysis.motifs.map { motif in
        Mark(
          "motif \(motif.component + 1)",
          .bar(names: analysis.animals, values: analysis.animals.map { motif.animals[$0] ?? 0 }),
          colour: motif.component)
      })
  }

  /// The loadings of all pairs, neurons in the order of the communities, and the tree of these.
  static func matrix(_ analysis: ConnectomeAnalysis, _ fit: NonnegativeCP, _ motif: Motif) -> Figure {
    let count = analysis.neurons.count
    let order = motif.communities?.order ?? Array(0..<count)
    let loadings = fit.pairLoadings(of: motif.component)
    let pairs = NeuronPairs(neurons: count)
    let values = order.flatMap { i in
      order.map { j in i == j ? 0 : loadings[pairs.index(min(i, j), max(i, j))] }
    }
    var panels = [
      Panel(
        title: "Affinity", x: Axis("Neuron, ordered"), y: Axis("Neuron, ordered"),
        marks: [Mark("", .heatMap(values: values, columns: count))])
    ]
    if let communities = motif.communities {
      panels.append(
        Panel(
          title: "Communities of communities", x: Axis("Neuron, ordered"), y: Axis("Level"),
          marks: tree(communities, order: order, names: analysis.neurons)))
    }
    return Figure(
      id: "matrix-\(motif.component + 1)", title: "Affinities of motif \(motif.component + 1)",
      caption:
        "Neurons stand in the order of the communities; on the right the levels that join them, neurons at the bottom.",
      panels: panels)
  }

  /// A dendrogram: every group stands over the middle of its members, joined to the group above.
  static func tree(_ communities: CommunityHierarchy, order: [Int], names: [String]) -> [Mark] {
    var place = [Double](repeating: 0, count: order.count)
    for (rank, node) in order.enumerated() { place[node] = Double(rank) }
    var (x, y) = ([Double](), [Double]())
    var below = place
    var labelsBelow = Array(order.indices)
    for (index, labels) in communities.levels.enumerated() {
      let groups = communities.groups[index]
      var (sums, counts) = ([Double](repeating: 0, count: groups), [Double](repeating: 0, count: groups))
      for node in order.indices {
        sums[labels[node]] += place[node]
        counts[labels[node]] += 1
      }
      let centres = zip(sums, counts).map { $0 / $1 }
      var drawn = Set<Int>()
      for node in order.indices where drawn.insert(labelsBelow[node]).inserted {
        let (low, high) = (below[labelsBelow[node]], centres[labels[node]])
        x += [low, low, high, .nan]
        y += [Double(index), Double(index + 1), Double(index + 1), .nan]
      }
      below = centres
      labelsBelow = labels
    }
    // Short lines would be drawn with points as well.
    while x.count <= 30 {
      x.append(.nan)
      y.append(.nan)
    }
    return [
      Mark("", .line(x: x, y: y), colour: 0),
      Mark("", .points(x: place, y: place.map { _ in 0 }, names: names), colour: 1),
    ]
  }

  /// The strongest edges between the neurons, communities in colours.
  static func graph(
    _ analysis: ConnectomeAnalysis, _ fit: NonnegativeCP, _ motif: Motif, threshold: Double
  ) -> Figure {
    let full = WeightedGraph(
      loadings: fit.pairLoadings(of: motif.component), names: analysis.neurons, threshold: threshold)
    let shown = full.edges.sorted { ($1.weight, $0.i, $0.j) < ($0.weight, $1.i, $1.j) }.prefix(
      6 * analysis.neurons.count)
    let graph = (try? WeightedGraph(nodes: full.nodes, edges: Array(shown), names: full.names)) ?? full
    let places = GraphLayout.places(graph, seed: 1)
    var (x, y) = ([Double](), [Double]())
    for edge in shown {
      x += [places.x[edge.i], places.x[edge.j], .nan]
      y += [places.y[edge.i], places.y[edge.j], .nan]
    }
    while x.count <= 30 {
      x.append(.nan)
      y.append(.nan)
    }
    let labels = motif.communities?.levels.first ?? Array(repeating: 0, count: full.nodes)
    let nodes = (0...(labels.max() ?? 0)).map { community in
      let members = labels.indices.filter { labels[$0] == community }
      return Mark(
        "community \(community + 1)",
        .points(
          x: members.map { places.x[$0] }, y: members.map { places.y[$0] },
          names: members.map { full.names[$0] }), colour: community)
    }
    return Figure(
      id: "graph-\(motif.component + 1)", title: "Graph of motif \(motif.component + 1)",
      caption: "The \(shown.count) strongest of \(full.edges.count) edges; point at a node for its name.",
      x: Axis(""), y: Axis(""), marks: [Mark("edges", .line(x: x, y: y), colour: 6)] + nodes)
  }

  /// The raw traces of the strongest pairs' neurons in the animal that has the motif most.
  static func traceBack(_ analysis: ConnectomeAnalysis, _ motif: Motif, _ traces: TraceSet) -> Figure? {
    let ranked = motif.animals.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    guard let name = ranked.first, let animal = traces.animals.firstIndex(of: name) else { return nil }
    var neurons: [String] = []
    for pair in motif.pairs {
      for neuron in pair.neurons where !neurons.contains(neuron) { neurons.append(neuron) }
    }
    let window =
      motif.peakEpoch.map { (motif.epochs[$0].on, motif.epochs[$0].off) }
      ?? (motif.peak - 15, motif.peak + 15)
    let samples = Motif.samples(
      max(0, window.0 - 5)...max(0.1, window.1 + 5), rate: traces.samplingRate, count: traces.samples)
    guard samples.count > 1 else { return nil }
    let marks = neurons.prefix(8).enumerated().compactMap { index, neuron -> Mark? in
      guard let place = traces.neurons.firstIndex(of: neuron), let trace = traces[animal, place] else {
        return nil
      }
      let part = Array(trace[samples])
      let known = part.filter { !$0.isNaN }
      guard let low = known.min(), let high = known.max() else { return nil }
      return Mark(
        neuron,
        .line(
          x: samples.map { Double($0) / traces.samplingRate },
          y: part.map { (high > low ? ($0 - low) / (high - low) : 0.5) - 1.1 * Double(index) }), colour: index
      )
    }
    return marks.isEmpty
      ? nil
      : Figure(
        id: "traces-\(motif.component + 1)", title: "Back to the recordings",
        caption:
          "Raw traces in '\(name)', which has the motif most, around its epoch; each from its least to its largest, one below the other.",
        x: Axis("Time (s)"), y: Axis("Trace, scaled and shifted"), marks: marks)
  }
}
