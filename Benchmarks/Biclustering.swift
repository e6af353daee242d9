import Biclustering
import Probability

func measureBiclustering(_ bench: inout Bench) throws {
  let numpy = try bench.peer("bicluster.py")
  let counts = try PublishedSimulation().run(seed: 1).counts
  let model = BiclusterModel()
  var stream = RandomStream(seed: 1, "benchmark")
  let state = try BiclusterState(.kMeans(clusters: 3), model: model, counts: counts, using: &stream)
  var sampler = try Sampler(model, counts: counts, state: state)
  // Beyond the first sweeps, where annealed proposals come more often; one is among every 200.
  var index = 1000
  func sweeps(_ count: Int) {
    for _ in 0..<count {
      var stream = RandomStream(seed: 1, "benchmark sweep", index)
      sampler.sweep(index, using: &stream)
      index += 1
    }
  }
  sweeps(40)
  let seconds = least(3) { sweeps(200) } / 200
  bench.sink += sampler.logDensity()
  bench.add(
    "one sweep, 30 neurons, 500 bins", "NumPy and SciPy, same steps without splits and merges", seconds,
    numpy["one sweep, 30 x 500"],
    floor:
      "15 000 Pólya-Gamma numbers, 90 Newton fits of 500 bins, 3 chains of 500 blocks of 3, 15 000 steps of a 3-row filter"
  )
}
