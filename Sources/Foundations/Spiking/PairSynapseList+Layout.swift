extension PairSynapseList {
  /// Which synapses there are: in order of source, delay and target.
  struct Layout: Sendable {
    /// Where the synapses of a source begin, and one end.
    private let starts: [Int32]
    let sources, targets, delays: [Int32]
    /// Place of each synapse in the list that was given.
    let order: [Int]
    let maximumDelay: Int
    /// For each target its delays, each with an index of its own.
    let dendrites: [[(delay: Int, index: Int32)]]
    /// For each synapse the index of its target and delay.
    let dendrite: [Int32]
    /// For each of these indices its synapses.
    let incoming: [[Int32]]

    init(_ synapses: [Synapse], sourceCount: Int, targetCount: Int) {
      let order = synapses.indices.sorted {
        (synapses[$0].source, synapses[$0].delay, synapses[$0].target, $0)
          < (synapses[$1].source, synapses[$1].delay, synapses[$1].target, $1)
      }
      self.order = order
      sources = order.map { Int32(synapses[$0].source) }
      targets = order.map { Int32(synapses[$0].target) }
      delays = order.map { Int32(synapses[$0].delay) }
      maximumDelay = synapses.map(\.delay).max() ?? 1
      var starts = [Int32](repeating: 0, count: sourceCount + 1)
      for source in sources { starts[Int(source) + 1] += 1 }
      for source in 0..<sourceCount { starts[source + 1] += starts[source] }
      self.starts = starts
      var dendrites = [[(delay: Int, index: Int32)]](repeating: [], count: targetCount)
      var incoming: [[Int32]] = []
      var known: [Int64: Int32] = [:]
      dendrite = order.indices.map { place in
        let synapse = synapses[order[place]]
        let key = Int64(synapse.target) << 32 | Int64(synapse.delay)
        let index = known[key] ?? Int32(incoming.count)
        if Int(index) == incoming.count {
          known[key] = index
          dendrites[synapse.target].append((synapse.delay, index))
          incoming.append([])
        }
        incoming[Int(index)].append(Int32(place))
        return index
      }
      self.dendrites = dendrites
      self.incoming = incoming
    }

    /// The synapses of a source.
    @inline(__always)
    func range(of source: Int32) -> Range<Int> {
      Int(starts[Int(source)])..<Int(starts[Int(source) + 1])
    }
  }
}
