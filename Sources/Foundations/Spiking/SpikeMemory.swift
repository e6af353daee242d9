/// The newest postsynaptic spikes that reached synapses, and when each presynaptic neuron last fired.
struct SpikeMemory: Sendable {
  let limit: Int
  var lastSpike: [Int]
  /// The presynaptic trace just after that spike.
  var lastTrace: [Double]
  /// Steps at which the newest spikes of each target, or of each target with a delay, came, ascending.
  var times: [[Int]]

  init(limit: Int, sourceCount: Int, targetCount: Int) {
    self.limit = limit
    lastSpike = [Int](repeating: -1, count: sourceCount)
    lastTrace = [Double](repeating: 0, count: sourceCount)
    times = [[Int]](repeating: [], count: targetCount)
  }

  mutating func note(_ spikes: [Int32], at step: Int) {
    for target in spikes {
      if times[Int(target)].count == limit { times[Int(target)].removeFirst() }
      times[Int(target)].append(step)
    }
  }
}
